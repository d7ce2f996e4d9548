"""Formulas of plain numbers ("= 1 / 1024"), so that recorded answers with such cells can be compared.

No functions and no references: those belong to `lookup` or show an error.
"""

import ast
import operator

OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def result(formula: str) -> float | None:
    """Return the value of a formula of plain numbers; None for any other."""
    try:
        return _value(ast.parse(formula.removeprefix("=").strip(), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError):
        return None


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.BinOp() if type(node.op) in OPERATIONS:
            return float(OPERATIONS[type(node.op)](_value(node.left), _value(node.right)))
        case ast.UnaryOp(op=ast.USub()):
            return -_value(node.operand)
    raise ValueError(ast.dump(node))
