"""Why a step was refused, in the reader's language: the services' own sentences stand beside the ids of their texts."""

import re

from markupsafe import Markup

from gateway.web.words import Words

SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"Write the text in at least one language\.|There is no text to approve\.", "no_text"),
        (r"Choose at least one district\.", "no_district"),
        (r"The hour lies in the past, or more than a year ahead\.", "bad_hour"),
        (r"The (?P<language>\S+) text is longer than three segments: shorten it\.", "too_long"),
        (r"The (?P<language>\S+) text holds a word that must not reach a shared phone\.", "guarded"),
        (r"It changed since you read it\. Read it again\.", "changed"),
        (r"The content is not the one that was approved\.", "not_approved"),
        (r"Somebody else has to approve this: .*", "second_person"),
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
        (r"Somebody else has accepted this case\.", "case_taken"),
        (r"There is no such agency or level\.|That place does not fit the level\.", "place_level"),
        (r"That order is taken: .*|Choose another number of the order\.", "order_taken"),
        (r"Nobody answers for that post now\.|Name two posts of the directory\.", "nobody_there"),
        (r"One of these cases must not be heard of there\.", "not_heard_there"),
        (r"This post is being handed over already\.", "handing_over"),
        (r"This hand-over is not at that point any more\.", "hand_over_state"),
        (r"A post that is .* cannot do that\.", "post_state"),
    )
)


def in_words(words: Words, told: str) -> Markup:
    """Return a refusal in the language of ``words``; an unknown sentence becomes the general one."""
    for pattern, name in SENTENCES:
        found = pattern.fullmatch(told)
        if found:
            values = {key: words.code("tongue", value) for key, value in found.groupdict().items()}
            return words(f"refused.{name}", **values)
    return words("refused.other")
