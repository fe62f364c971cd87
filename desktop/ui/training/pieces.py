"""The tabs of the class desk in the order of the work: title and piece. To add one, add its line (see the package)."""

from collections.abc import Callable
from typing import Final

from desktop.ui.desk import Desk
from desktop.ui.training.approval import ApprovalPiece
from desktop.ui.training.archive import ArchivePiece
from desktop.ui.training.attendance import AttendancePiece
from desktop.ui.training.certificates import CertificatesPiece
from desktop.ui.training.courses import CoursesPiece
from desktop.ui.training.leave import LeavePiece
from desktop.ui.training.overview import OverviewPiece
from desktop.ui.training.piece import Piece
from desktop.ui.training.places import PlacesPiece
from desktop.ui.training.process import ProcessPiece
from desktop.ui.training.programme import ProgrammePiece
from desktop.ui.training.programme_classes import ProgrammeClassesPiece
from desktop.ui.training.scores import ScoresPiece
from desktop.ui.training.sessions import SessionsPiece
from desktop.ui.training.trainees import TraineesPiece

OVERVIEW: Final = "班级概况"
PROGRAMME: Final = "项目"
PIECES: Final[tuple[tuple[str, Callable[[Desk], Piece]], ...]] = (
    (OVERVIEW, OverviewPiece),
    ("计划论证", ApprovalPiece),
    ("课程", CoursesPiece),
    ("课次", SessionsPiece),
    ("学员", TraineesPiece),
    ("签到与缺勤", AttendancePiece),
    ("请假", LeavePiece),
    ("成绩", ScoresPiece),
    ("证书", CertificatesPiece),
    ("档案", ArchivePiece),
)

PROGRAMME_PIECES: Final[tuple[tuple[str, Callable[[Desk], Piece]], ...]] = (
    (PROGRAMME, ProgrammePiece),
    ("班级", ProgrammeClassesPiece),
    ("派出名额", PlacesPiece),
    ("过程考核", ProcessPiece),
)
"""The tabs beside the year's plan."""
