"""The controls of the form of a client, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QWidget

from desktop.i18n import tr
from desktop.services.codes import Codes, entry
from desktop.services.people import PersonDraft
from desktop.ui.kit.choices import Segments
from desktop.ui.kit.fields import AreaField, ChoiceField, TextField, area_field, choice_field, date_field, text_field
from desktop.ui.kit.form import Field, FormBinding
from desktop.ui.kit.layouts import column, frame, row

YES, NO = "yes", "no"
_DANGER_TONES = {"0": "ok", "1": "info", "2": "warn", "3": "bad", "4": "bad", "5": "bad"}


class PersonFields:
    """All fields, bound to the names of PersonDraft, and the steps they stand on."""

    def __init__(self, codes: Codes, today: date, binding: FormBinding) -> None:
        self._codes, self._today, self.binding = codes, today, binding
        self.labels: dict[str, str] = {}
        self.by_step: list[list[str]] = []
        self._words: dict[str, dict[str, str]] = {"has_dibao": {YES: tr("是"), NO: tr("否")}}
        self.steps = [self._identity(), self._contact(), self._guardian(), self._illness()]
        self.village: TextField = binding.control("village")

    def step_of(self, name: str) -> int:
        """Return the step on which a field stands; 0 when it stands on none."""
        return next((place for place, names in enumerate(self.by_step) if name in names), 0)

    def fill(self, draft: PersonDraft) -> None:
        """Show a draft."""
        self.binding.fill_from(draft)
        self.binding.fill(
            {"has_dibao": {True: YES, False: NO}.get(draft.has_dibao, "") if draft.has_dibao is not None else ""}
        )
        self.show_meaning()

    def draft(self, base: PersonDraft) -> PersonDraft:
        """Return the draft with what the form holds."""
        made = self.binding.into(base)
        answer = self.binding.control("has_dibao").value()
        return replace(made, has_dibao={YES: True, NO: False}.get(answer))

    def words(self, name: str) -> str:
        """Return what a field holds, in words."""
        control = self.binding.control(name)
        if isinstance(control, ChoiceField):
            return control.currentText() if control.value() else ""
        if isinstance(control, Segments):
            return self._words[name].get(control.value(), "")
        return str(control.value())

    def offer_villages(self, villages: Sequence[str]) -> None:
        """Offer the villages typed before while a village is typed."""
        offer = QCompleter(list(villages), self.village)
        offer.setFilterMode(Qt.MatchFlag.MatchContains)
        offer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        offer.activated.connect(lambda _: self.village.edited.emit())
        self.village.setCompleter(offer)

    def show_meaning(self) -> None:
        """Say below the danger level what the level means."""
        code = self.binding.control("danger_level").value()
        self._danger.set_hint(str(entry("danger_level", code).get("meaning", "")) if code else self._danger_hint)

    def _add(self, name: str, label: str, control: QWidget, hint: str = "", required: bool = False) -> Field:
        field = Field(label, control, hint, required)
        self.binding.add(name, field)
        self.labels[name] = label
        self.by_step[-1].append(name)
        return field

    def _choice(self, table: str, blank: str = "") -> ChoiceField:
        return choice_field([(each.code, each.label) for each in self._codes.choices(table)], blank or tr("请选择"))

    def _segments(self, name: str, tones: dict[str, str] | None = None, is_short: bool = False) -> Segments:
        """Return the code list named like the field as segments; short ones show the codes themselves."""
        choices = self._codes.choices(name)
        self._words[name] = {each.code: each.label for each in choices}
        return Segments(
            [(each.code, each.code if is_short else each.label) for each in choices], tones, is_optional=True
        )

    def _identity(self) -> QWidget:
        self.by_step.append([])
        name = self._add("name", tr("姓名"), text_field(tr("与身份证一致"), max_length=50), required=True)
        kind = choice_field([(each.code, each.label) for each in self._codes.choices("id_type")])
        id_type = self._add("id_type", tr("证件类型"), kind)
        id_no = self._add("id_no", tr("证件号码"), text_field(tr("18 位身份证号")), required=True)
        reason_hint = tr("没有证件也能建档，写明原因即可")
        reason = self._add("id_missing_reason", tr("没有证件的原因"), text_field(tr("如：正在补办")), reason_hint)
        sex = self._add("sex", tr("性别"), self._segments("sex"), required=True)
        birth = self._add("birth_on", tr("出生日期"), date_field(latest=self._today), required=True)
        ethnicity = self._add("ethnicity", tr("民族"), self._choice("ethnicity"))
        disability_hint = tr("20 位：身份证号加类别和等级")
        disability = self._add("disability_no", tr("残疾人证号"), text_field(), disability_hint)
        return _step(
            row((name, 1), (id_type, 1), spacing=16),
            row((id_no, 1), (reason, 1), spacing=16),
            row((sex, 1), (birth, 1), spacing=16),
            row((ethnicity, 1), (disability, 1), spacing=16),
        )

    def _contact(self) -> QWidget:
        self.by_step.append([])
        phone = self._add("phone", tr("联系电话"), text_field(tr("手机或座机")))
        township = self._add("township", tr("乡镇（街道）"), text_field())
        village = self._add("village", tr("村（居）"), text_field(tr("输入时会列出用过的村名")), required=True)
        address = self._add("address", tr("现住址"), text_field(tr("组、门牌号，或怎么找到")))
        yes_no = Segments(list(self._words["has_dibao"].items()), is_optional=True)
        dibao = self._add("has_dibao", tr("享受低保"), yes_no)
        class_hint = tr("决定每季度至少入户几次")
        service_class = self._add("service_class", tr("帮扶类别"), self._segments("service_class"), class_hint)
        mode = self._add("service_mode", tr("服务方式"), self._segments("service_mode"))
        filed = self._add("filed_on", tr("建档日期"), date_field(latest=self._today))
        note_hint = tr("显示在档案最上面，所有同事都看得到")
        note = self._add(
            "warning_note", tr("上门前要知道的事"), area_field(tr("如：入户前先给监护人打电话"), 54), note_hint
        )
        return _step(
            row((phone, 1), (township, 1), spacing=16),
            row((village, 1), (address, 1), spacing=16),
            row((dibao, 1), (service_class, 1), spacing=16),
            row((mode, 1), (filed, 1), spacing=16),
            note,
        )

    def _guardian(self) -> QWidget:
        self.by_step.append([])
        name = self._add("guardian.name", tr("监护人姓名"), text_field(max_length=50))
        relation = self._add("guardian.relation", tr("与本人关系"), self._choice("relation"))
        phone = self._add("guardian.phone", tr("监护人电话"), text_field(tr("手机或座机")))
        id_no = self._add("guardian.id_no", tr("监护人身份证号"), text_field(tr("18 位身份证号")))
        address = self._add("guardian.address", tr("监护人住址"), text_field(tr("与本人同住可不填")))
        capacity_hint = tr("确诊不等于无行为能力，只有法院能认定")
        status = choice_field([(each.code, each.label) for each in self._codes.choices("capacity_status")])
        capacity = self._add("capacity_status", tr("民事行为能力"), status, capacity_hint)
        return _step(
            row((name, 1), (relation, 1), spacing=16),
            row((phone, 1), (id_no, 1), spacing=16),
            row((address, 1), (capacity, 1), spacing=16),
        )

    def _illness(self) -> QWidget:
        self.by_step.append([])
        category = self._add("diagnosis_category", tr("疾病类别"), self._choice("diagnosis_category"), required=True)
        icd = self._add("icd_code", tr("疾病编码（ICD-10）"), text_field(tr("如 F20.0"), max_length=12))
        text = self._add("diagnosis_text", tr("诊断（按病历）"), text_field())
        hospital = self._add("diagnosis_hospital", tr("确诊医院"), text_field())
        diagnosed = self._add("diagnosed_on", tr("确诊日期"), text_field(tr("只知道年、月也行：2009 或 2009-07")))
        levels = self._segments("danger_level", _DANGER_TONES, is_short=True)
        self._danger_hint = tr("按最近一次评估填，0 到 5 级")
        self._danger = self._add("danger_level", tr("危险性等级"), levels, self._danger_hint)
        medicines = self._add("medicines", tr("正在用的药"), area_field(tr("药名、剂量、用法；只记录，不开药"), 54))
        allergy = self._add("allergy", tr("药物过敏"), AreaField(tr("没有就空着"), 54))
        return _step(
            row((category, 1), (icd, 1), spacing=16),
            row((text, 1), (hospital, 1), spacing=16),
            row((diagnosed, 1), (self._danger, 1), spacing=16),
            row((medicines, 1), (allergy, 1), spacing=16),
        )


def _step(*rows: object) -> QWidget:
    return frame(column(*rows, None, spacing=10, margins=(20, 14, 20, 14)))  # type: ignore[arg-type]
