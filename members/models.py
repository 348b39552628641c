"""All tables of this storey, so that Django finds them. Nothing is defined here."""

from members.accounts.models import Member, SignInFailures
from members.intake.models import Intake
from members.units.models import Organisation, Unit, UnitClosure, UnitRole

__all__ = ["Intake", "Member", "Organisation", "SignInFailures", "Unit", "UnitClosure", "UnitRole"]
