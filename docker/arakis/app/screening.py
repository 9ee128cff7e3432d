"""The built-in search and screening, in place of PubMed and a paid language model: a dozen abstracts, judged by their words."""

import re

ABSTRACTS = (
    ("Sleep and glucose", "Short sleep raised fasting glucose in a randomized trial of 60 adults."),
    ("Walking after meals", "Ten minutes of walking after meals lowered glucose in adults with type 2 diabetes."),
    ("Salt and blood pressure", "Less salt lowered blood pressure in a randomized trial of 412 adults."),
    ("Inhaler technique", "Training of inhaler technique improved asthma control in children."),
    ("Yoga for back pain", "Yoga eased chronic low back pain in a randomized trial of 313 adults."),
    ("Mouse model of migraine", "Light avoidance in mice followed an infusion and stopped with a triptan."),
    ("Statins in old age", "A cohort of adults above 75 years had fewer strokes with a statin."),
    ("Telehealth for hypertension", "Home readings sent to a nurse lowered blood pressure in a randomized trial."),
    ("Vitamin D and falls", "High doses of vitamin D did not prevent falls in adults above 70 years."),
    ("Coffee and rhythm", "Coffee did not cause more extra beats in a randomized crossover trial of adults."),
    ("Air filters at school", "Filters in classrooms did not improve asthma symptoms in children."),
    ("Rat study of fasting", "Intermittent fasting changed insulin in rats fed a fatty diet."),
)
COMMON = frozenset("a an and are did does for in is of on or the to was what with none test workflow".split())


def split_words(text: str) -> frozenset[str]:
    return frozenset(word.rstrip("s") for word in re.findall(r"[a-z0-9]+", text.lower())) - COMMON


def screen(question: str, inclusion: str, exclusion: str, most: int) -> list[dict[str, str]]:
    """Return the abstracts that share words with the question or the criteria and none with the exclusion, best first."""
    wanted, unwanted = split_words(f"{question} {inclusion}"), split_words(exclusion)
    scored = []
    for place, (title, abstract) in enumerate(ABSTRACTS):
        words = split_words(f"{title} {abstract}")
        if wanted & words and not unwanted & words:
            scored.append((-len(wanted & words), place))
    return [{"title": ABSTRACTS[place][0], "abstract": ABSTRACTS[place][1]} for _, place in sorted(scored)[:most]]
