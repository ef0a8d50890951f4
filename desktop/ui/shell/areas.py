"""The list of screens: route, class (imported when first opened), the permission it needs, its entry on the rail."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from desktop.i18n import tr

if TYPE_CHECKING:
    from desktop.ui.kit.navigation import Screen


@dataclass(frozen=True)
class Area:
    """One screen; `entry` is lit on the rail while it shows, `is_kept` keeps one instance with its scroll position."""

    route: str
    target: str
    permission: str
    entry: str
    is_kept: bool = False

    def screen_class(self) -> type[Screen]:
        """Import the class of the screen."""
        module, name = self.target.split(":")
        found: type[Screen] = getattr(import_module(f"desktop.ui.{module}"), name)
        return found


AREAS: dict[str, Area] = {
    area.route: area
    for area in (
        Area("today", "today.screen:TodayScreen", "today.read", "today", is_kept=True),
        Area("people", "people.screen:PeopleScreen", "people.read", "people", is_kept=True),
        Area("person", "people.file:PersonFileScreen", "people.read", "people", is_kept=True),
        Area("person_form", "people.form:PersonFormScreen", "people.read", "people"),
        Area("imports", "imports.screen:ImportsScreen", "imports.read", "people"),
        Area("consent", "consents.screen:ConsentScreen", "consents.read", "people"),
        Area("paper_grid", "consents.grid:PaperGridScreen", "consents.read", "people"),
        Area("surveys", "surveys.screen:SurveysScreen", "surveys.read", "people", is_kept=True),
        Area("survey", "surveys.form:SurveyFormScreen", "surveys.record", "people"),
        Area("scan", "scans.form:ScanScreen", "scans.add", "people"),
        Area("joins", "joins.screen:JoinsScreen", "joins.read", "people", is_kept=True),
        Area("join", "joins.form:JoinScreen", "joins.join", "people"),
        Area("comparisons", "comparisons.screen:ComparisonsScreen", "comparisons.read", "people", is_kept=True),
        Area("comparison_paper", "comparisons.paper:ComparisonPaperScreen", "documents.prepare", "people"),
        Area("benefit_claims", "benefits.screen:ClaimsScreen", "benefits.read", "people", is_kept=True),
        Area("benefit", "benefits.form:BenefitFormScreen", "benefits.record", "people"),
        Area("guardian_reward", "benefits.paper:RewardPaperScreen", "documents.prepare", "people"),
        Area("file_parts", "completeness.screen:FilePartsScreen", "people.read", "people"),
        Area("file_gaps", "completeness.gaps:FileGapsScreen", "people.read", "people", is_kept=True),
        Area("file_paper", "completeness.paper:FilePaperScreen", "documents.prepare", "people"),
        Area("privacy_requests", "privacy.screen:PrivacyRequestsScreen", "privacy.read", "people", is_kept=True),
        Area("privacy", "privacy.person:PersonPrivacyScreen", "privacy.read", "people"),
        Area("privacy_request", "privacy.form:PrivacyRequestFormScreen", "privacy.record", "people"),
        Area("privacy_paper", "privacy.paper:PrivacyPaperScreen", "privacy.record", "people"),
        Area("erasure", "privacy.erasure:ErasureScreen", "privacy.erase", "people"),
        Area("archive", "privacy.archive:ArchiveScreen", "privacy.read", "people", is_kept=True),
        Area("documents", "documents.screen:DocumentsScreen", "documents.read", "documents", is_kept=True),
        Area("trainings", "trainings.screen:TrainingsScreen", "trainings.read", "trainings", is_kept=True),
        Area("training", "trainings.form:TrainingFormScreen", "trainings.read", "trainings"),
        Area("visits", "visits.screen:VisitsScreen", "visits.read", "visits", is_kept=True),
        Area("visit", "visits.form:VisitFormScreen", "visits.read", "visits"),
        Area("removals", "removals.screen:RemovalsScreen", "removals.read", "visits"),
        Area("institution", "institution.screen:InstitutionScreen", "institution.read", "institution", is_kept=True),
        Area("sync", "sync.screen:SyncScreen", "sync.read", "sync", is_kept=True),
        Area("backups", "backups.screen:BackupsScreen", "backups.read", "backups", is_kept=True),
        Area("settings", "settings.screen:SettingsScreen", "settings.read", "settings", is_kept=True),
    )
}


@dataclass(frozen=True)
class Entry:
    """One entry of the rail: where it leads, its words, a shorter word for the narrow rail, its icon."""

    route: str
    words: str
    short: str
    icon: str
    is_low: bool = False


def entries() -> tuple[Entry, ...]:
    """Return the entries of the rail from top to bottom; `is_low` ones stand at its foot."""
    return (
        Entry("today", tr("今日工作"), tr("今日"), "calendar-check"),
        Entry("people", tr("服务对象"), tr("服务对象"), "users"),
        Entry("trainings", tr("训练活动"), tr("训练"), "clipboard-check"),
        Entry("visits", tr("入户服务"), tr("入户"), "house"),
        Entry("documents", tr("文书打印"), tr("文书"), "file-text"),
        Entry("sync", tr("U盘交接"), tr("U盘交接"), "usb"),
        Entry("institution", tr("机构档案"), tr("机构"), "building-2", is_low=True),
        Entry("backups", tr("备份"), tr("备份"), "database-backup", is_low=True),
        Entry("settings", tr("设置"), tr("设置"), "settings", is_low=True),
    )
