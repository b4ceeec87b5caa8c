"""Why a step was refused, in the reader's language: the services' own sentences stand beside the ids of their texts."""

import re

from markupsafe import Markup

from gateway.web.words import Words, visible

SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"Write the text in at least one language\.|There is no text to approve\.", "no_text"),
        (r"Choose at least one district\.", "no_district"),
        (r"Its hour lies in the past: .*", "hour_past"),
        (r"It lies more than a year ahead: .*", "hour_far"),
        (r"The (?P<language>\S+) text is longer than three segments: shorten it\.", "too_long"),
        (r"The (?P<language>\S+) text holds a word that must not reach a shared phone: (?P<detail>.+)", "guarded"),
        (r"The (?P<language>\S+) text holds a link, leave it out: (?P<detail>.+)", "link"),
        (
            r"The (?P<language>\S+) text holds a number that nobody has verified in the directory: (?P<detail>.+)",
            "number",
        ),
        (r"The (?P<language>\S+) text asks for something that is not known of its readers\.", "placeholder"),
        (r"Its last moment lies before its first\.", "ends_before"),
        (r"What repeats needs its first day and hour\.", "repeat_start"),
        (r"A message by each person's date does not repeat\.", "drip_repeats"),
        (r"A message by each person's date needs a last day\.", "drip_end"),
        (r"A message stands at most a year from a person's date\.", "drip_far"),
        (r"There is no such place: (?P<detail>.+)\.", "no_place"),
        (r"There is no such earlier broadcast: (?P<detail>.+)\.", "no_earlier"),
        (r"Fewer than five people did that: .*", "few_did"),
        (r"Nobody would get it: .*", "reaches_nobody"),
        (r"The same text is on its way already\.", "same_text"),
        (r"A broadcast has a name of .*", "no_name"),
        (r"It is kept for the next time: .*", "kept_text"),
        (r"What it says is out of date before it has left\.", "facts_old"),
        (r"A budget is at least one kip\.|It costs more than its budget\.", "over_budget"),
        (r"A budget needs the price of a message: it is not set\.", "budget_price"),
        (r"There is no such flow for the replies; .*", "no_flow"),
        (r"There is no test phone: .*", "no_test_phone"),
        (r"No test phone ends so\.", "no_such_phone"),
        (r"Each test phone has texted STOP\.", "test_phones_stopped"),
        (r"There is no such prepared text\.", "no_template"),
        (r"A disaster has a name and at least one district\.", "disaster_where"),
        (r"A disaster ends within 90 days\.", "disaster_end"),
        (r"Somebody else has to confirm a disaster\.", "disaster_second"),
        (r"The disaster does not wait for a second person any more\.", "disaster_late"),
        (r"A disaster was declared there already: .*", "disaster_there"),
        (r"Some of these places are not yours\.", "places_of_others"),
        (r"It reaches people outside your places: choose only districts of (?P<places>.+)\.", "audience_elsewhere"),
        (r"It changed since you read it\. Read it again\.", "changed"),
        (r"The content is not the one that was approved\.", "not_approved"),
        (r"Somebody else has to approve this: .*", "second_person"),
        (r"Somebody else has just done this\. Look again\.", "done_already"),
        (r"A broadcast that is \S+ cannot take the step: .*", "wrong_state"),
        (r"Something else went live since it was proposed\. Propose it again\.", "overtaken"),
        (r"There is nothing to go back to.*", "nothing_back"),
        (r".* is part of .*, which went live at another time\. Roll that back first\.", "part_of"),
        (r"A passphrase has .*", "short_passphrase"),
        (r"That passphrase is easily guessed: .*", "easy_passphrase"),
        (r"No account may both .*", "apart"),
        (r"Unknown role: .*", "no_role"),
        (r"An officer works for one post: .*|There is no such post\.", "no_post"),
        (r"A supervisor stands over a province: .*", "no_province"),
        (r"A name has .*", "bad_name"),
        (r"The last administrator stays\.", "last_admin"),
        (r"A case that is .* cannot take this step\.", "case_state"),
        (r"Say why, in a few words\.", "no_reason"),
        (r"This closing is settled already\.", "case_state"),
        (r"Somebody else has to agree to this hold\.", "hold_second"),
        (r"There is a hold already\.|This hold is not at that point any more\.", "hold_state"),
        (r"Somebody else has accepted this case\.", "case_taken"),
        (r"There is no such agency or level\.|That place does not fit the level\.", "place_level"),
        (r"That order is taken: .*|Choose another number of the order\.", "order_taken"),
        (r"Nobody answers for that post now\.|Name two posts of the directory\.", "nobody_there"),
        (r"One of these cases must not be heard of there\.", "not_heard_there"),
        (r"This post is being handed over already\.", "handing_over"),
        (r"This hand-over is not at that point any more\.", "hand_over_state"),
        (r"A post that is .* cannot do that\.", "post_state"),
        (r"Only two posts of one office swap turns\.|There is no such turn\.", "swap_office"),
        (r"That turn has begun, or lies more than four weeks ahead\.", "swap_begun"),
        (r"Nobody gives a turn that is not hers\.", "swap_not_hers"),
        (r"Whoever takes a turn must be on duty and reachable then\.", "swap_nobody"),
        (r"That turn is being swapped already\.|This swap is settled already\.", "swap_settled"),
    )
)


def in_words(words: Words, told: str) -> Markup:
    """Return a refusal in the language of ``words``; an unknown sentence becomes the general one."""
    for pattern, name in SENTENCES:
        found = pattern.fullmatch(told)
        if found:
            values = {key: _shown(words, key, value) for key, value in found.groupdict().items()}
            return words(f"refused.{name}", **values)
    return words("refused.other")


def _shown(words: Words, key: str, value: str) -> str:
    if key == "places":
        return ", ".join(words.place(code) for code in value.split(", "))
    return words.code("tongue", value) if key == "language" else visible(value)
