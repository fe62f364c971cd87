"""What users of forms on a desktop expect, point by point, and the tests that prove each.

POINTS names for each of the 22 points what is expected and the tests, as file::function under tests/; a point whose
test is gone fails here. What no other file proves stands in test_habits.py.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
POINTS = {
    "keyboard: a person without the mouse, fields in the order of the paper": (
        "ui/test_habits.py::test_enter_walks_every_field_and_shift_enter_back",
        "ui/test_window.py::test_person_entered_by_keys_alone",
        "end2end/test_typing_clerk.py::test_ten_people_by_keys_and_thirty_pasted",
    ),
    "input method: nothing acts on uncommitted pinyin": (
        "ui/test_window.py::test_composing_fires_nothing",
        "ui/test_form.py::test_nothing_is_saved_in_the_middle_of_pinyin",
        "ui/test_form.py::test_number_fields_switch_the_input_method_off",
        "ui/test_bin.py::test_missing_input_method_is_told_with_the_way_out",
    ),
    "batch: pinned and repeated values": (
        "ui/test_form.py::test_pinned_value_stays_for_the_next_person",
        "ui/test_form.py::test_one_key_repeats_the_last_value",
    ),
    "spreadsheet: copy, paste with preview, sums, fill down": (
        "ui/test_habits.py::test_copied_cells_come_back_word_for_word",
        "ui/test_window.py::test_copied_rows_have_headings",
        "ui/test_many.py::test_block_is_previewed_pasted_and_undone",
        "ui/test_many.py::test_selection_is_counted_and_added_up",
        "ui/test_many.py::test_fill_down_takes_the_topmost_value",
    ),
    "undo: whole acts, named, back to the same hash": (
        "ui/test_undo.py::test_undo_gives_back_the_same_content",
        "ui/test_window.py::test_undo_takes_back_the_last_act_and_names_it",
        "ui/test_window.py::test_undo_inside_a_field_undoes_typing",
        "integration/test_merge.py::test_undo_gives_back_what_was_and_the_package_merges_again",
    ),
    "drafts: kept through a kill, offered, never applied": (
        "ui/test_drafts.py::test_kill_during_typing_loses_at_most_two_seconds",
        "ui/test_drafts.py::test_draft_is_offered_with_the_difference_and_only_to_its_operator",
        "ui/test_drafts.py::test_typing_in_a_cell_that_is_not_left_is_kept",
    ),
    "validation: a sentence at the field, a list to jump from, a reason for corrections": (
        "ui/test_habits.py::test_every_rule_speaks_of_a_field_that_can_be_gone_to",
        "ui/test_form.py::test_all_problems_are_listed_and_f8_goes_to_each",
        "ui/test_form.py::test_date_to_come_is_told_under_its_field",
        "ui/test_window.py::test_unreadable_value_tells_a_sentence_and_is_not_saved",
        "ui/test_window.py::test_correction_asks_for_a_reason",
    ),
    "pinyin: every common reading, the tail of the number, at once": (
        "ui/test_search.py::test_every_common_reading_finds_the_name",
        "ui/test_search.py::test_school_number_and_several_words_narrow",
        "ui/test_habits.py::test_five_thousand_people_are_searched_within_a_blink",
    ),
    "find everywhere: people, schools, sheets, commands": (
        "ui/test_habits.py::test_one_box_finds_a_school_and_a_page",
        "ui/test_window.py::test_finder_opens_a_person",
        "ui/test_start_up.py::test_finder_finds_sheets_and_commands",
    ),
    "preview: the very pages, paper named, page of a person, draft visible": (
        "ui/test_habits.py::test_page_looks_as_it_did",
        "ui/test_habits.py::test_draft_is_marked_on_the_page",
        "ui/test_reports_page.py::test_roster_is_previewed_and_saved",
        "ui/test_reports_page.py::test_person_is_found_on_the_page",
        "ui/test_form.py::test_list_is_printed_as_it_is_seen",
    ),
    "long work: cancel takes all back at every step, summary as text": (
        "ui/test_habits.py::test_cancel_at_every_step_leaves_the_office_as_it_was",
        "ui/test_jobs.py::test_cancelled_job_rolls_its_act_back",
        "ui/test_jobs.py::test_button_pressed_twice_begins_once",
        "ui/test_jobs.py::test_window_never_stands_still",
        "ui/test_import_page.py::test_import_planned_mended_confirmed_undone",
        "ui/test_closing.py::test_window_closed_while_an_import_is_saved",
    ),
    "recent: people, rosters, sheets to go back to; choices of sheets remembered": (
        "ui/test_habits.py::test_home_leads_back_to_what_was_done_last",
        "ui/test_reports_page.py::test_zoom_and_choices_are_remembered",
    ),
    "first start: four ways to begin, five steps that can be reopened": (
        "ui/test_habits.py::test_first_start_offers_four_ways",
        "ui/test_exchange_pages.py::test_office_is_set_up_in_three_steps",
        "ui/test_exchange_pages.py::test_backup_is_restored_beside",
        "ui/test_start_up.py::test_new_office_is_greeted_with_five_steps_that_can_be_reopened",
    ),
    "help: F1 and 为什么, offline, with pictures": (
        "ui/test_help.py::test_f1_opens_the_page_in_front",
        "ui/test_help.py::test_refusal_has_its_reason",
        "ui/test_help.py::test_page_is_offline_and_its_pictures_are_there",
    ),
    "errors: every one explained, diagnostics without names": (
        "ui/test_help.py::test_every_error_leads_to_a_place_that_is_there",
        "ui/test_start_up.py::test_crash_is_told_in_plain_words_and_logged_without_names",
    ),
    "destructive acts: counts, no default, a bin": (
        "ui/test_habits.py::test_enter_never_does_the_dangerous_thing",
        "ui/test_window.py::test_delete_says_what_hangs_on_the_record",
        "ui/test_many.py::test_selected_are_deleted_after_a_count",
        "ui/test_bin.py::test_deleted_record_comes_back_as_it_was",
    ),
    "states: stamped on the record, locked by whom": (
        "ui/test_full_circle.py::test_the_whole_circle",
        "ui/test_habits.py::test_record_of_another_office_is_locked_and_says_by_whom",
    ),
    "large text: 100 to 200 %, named, reached by Tab, focus seen": (
        "ui/test_look.py::test_nothing_is_cut_or_covered",
        "ui/test_look.py::test_everything_is_named_reached_and_chinese",
        "ui/test_look.py::test_focus_is_visible",
    ),
    "Chinese everywhere": (
        "ui/test_look.py::test_everything_is_named_reached_and_chinese",
        "ui/test_look.py::test_qts_own_buttons_are_chinese",
        "integration/test_local_words.py::test_county_level_is_called_by_its_word",
    ),
    "quick start: a picture before the database": (
        "ui/test_start_up.py::test_first_picture_loads_no_database",
        "ui/test_start_up.py::test_office_follows_its_first_picture",
    ),
    "old computers: a path with Chinese and blanks, no network": (
        "ui/test_habits.py::test_office_in_a_chinese_path_without_network",
    ),
    "trust: saved when and by whom, age of the backup": (
        "ui/test_habits.py::test_window_says_when_and_by_whom_it_was_saved",
        "ui/test_window.py::test_backup_is_listed",
    ),
}


@cache
def functions_in(path: Path) -> frozenset[str]:
    return frozenset(node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef))


def test_there_are_twenty_two_points() -> None:
    """No point is lost from the table."""
    assert len(POINTS) == 22


@pytest.mark.parametrize("point", POINTS)
def test_point_has_its_tests(point: str) -> None:
    """Every test that a point names is there."""
    for place in POINTS[point]:
        file, _, name = place.partition("::")
        assert name in functions_in(TESTS / file), place
