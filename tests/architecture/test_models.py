"""A storey's ``models.py`` names every feature's models: a forgotten one disappears silently."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture import tree


def _declared(path: Path) -> set[str]:
    """Classes of one ``models.py`` that Django should know: all but abstract ones and choices."""
    return {
        node.name
        for node in tree.parse(path).body
        if isinstance(node, ast.ClassDef) and _looks_like_a_model(node)
    }


def _looks_like_a_model(node: ast.ClassDef) -> bool:
    bases = " ".join(ast.unparse(base) for base in node.bases)
    known = any(word in bases for word in ("Model", "AbstractBaseUser", "PermissionsMixin"))
    return known and "abstract = True" not in ast.unparse(node)


@pytest.mark.parametrize("storey", tree.STOREYS_WITH_TABLES)
def test_every_model_is_registered(storey: str) -> None:
    features = [path for path in tree.sources(storey) if path.name == "models.py"]
    declared = set().union(*(_declared(path) for path in features))
    registered = {model.__name__ for model in apps.get_app_config(storey).get_models()}
    assert declared, f"no models found in {storey}"
    assert declared == registered


@pytest.mark.parametrize("storey", tree.STOREYS_WITH_TABLES)
def test_a_storey_s_models_file_only_imports(storey: str) -> None:
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr)
    body = tree.parse(tree.ROOT / storey / "models.py").body
    assert [ast.unparse(node)[:60] for node in body if not isinstance(node, allowed)] == []
