"""How a verdict was computed, as its report says it, and the first lines of one of one's own."""

from listening.analysis.bradley_terry import PRIOR_WINS
from listening.analysis.evidence import ALPHA, FEWEST_LISTENERS, LEANING_ALPHA
from listening.analysis.intervals import ASSUMED_LIKENESS, FEWEST_CLIPS
from listening.analysis.vote_table import VOTES_NAME

METHODS = (
    "Scopes. “On these clips”: listeners are a sample, the clips are taken as they are. "
    "“For music like this”: listeners and clips are both samples; said only with at least "
    f"{FEWEST_CLIPS} clips. It holds for music that the clips were drawn from, no other.",
    "Every listener counts the same, however many votes they gave; ties are half a win. "
    "Shares by vote stand beside them. Intervals are 95 %.",
    "On these clips: a listener's votes are one cluster, t quantiles with listeners − 1 "
    "degrees of freedom. For music like this: variance over listeners and clips (Cameron, "
    "Gelbach and Miller 2011), never below the smaller of the two, t quantiles with the fewer of "
    "listeners and clips − 1. Shares by Wilson's formula with the effective number of "
    "votes; where hardly any vote disagrees, an intraclass correlation of "
    f"{ASSUMED_LIKENESS:g} is assumed.",
    "Decisions rest on the largest e-value so far and may be monitored after every "
    "listener: by chance the tests of one study, all questions and versions together, err "
    f"in at most {100 * ALPHA:.0f} % of studies in each scope (Bonferroni). On these "
    "clips: betting on each listener's share of comparisons (Waudby-Smith and Ramdas "
    "2024). For music like this: the Bayes factor of a t statistic (Gönen et al. 2005) "
    "with the variance over listeners and clips, an approximation, from "
    f"{FEWEST_LISTENERS} listeners on. A listener counts with the first session in a "
    "study, once it is completed or a day old, in the order of that; how soon somebody is "
    "done must not depend on what they prefer. The monitored interval, on "
    "these clips, holds however often it is monitored.",
    "Leaning: the latest evidence on these clips reaches what would decide if "
    f"{100 * LEANING_ALPHA:.0f} % instead of {100 * ALPHA:.0f} % of studies might err, so that "
    "at most that share of studies without any preference ever shows it; all votes so far lie "
    "on the same side.",
    "More listeners: the study is continued in simulation with listeners drawn from those "
    "so far, by the test that decides.",
    "p over votes: exact binomial test as if all votes were independent. p over "
    "listeners: the same with one vote a listener (which of the two was preferred more "
    "often). Both are corrected after Holm, are about these clips, and are valid at a "
    "sample size planned beforehand, not when monitored.",
    f"Ranking: Bradley–Terry, a tie as half a win for each, {PRIOR_WINS:g} of a win added "
    "to each side of every pair compared; intervals from each comparison's influence, "
    "clustered as above.",
    "Ratings: means and differences within a trial, clustered as above; Friedman's test "
    "and Conover's post-hoc test (Holm) over listeners' means (these clips) and over "
    "clips' means (other clips, these listeners).",
    "ABX: every answer is a fair coin for whoever hears no difference, because X was "
    "drawn; the decision may be monitored, the exact p may not. Listeners one by one: "
    "Holm over all of them.",
    "Metric vs preference: pairs in which both have a preference; less high-frequency "
    "energy, a higher harmonic/percussive ratio, a smaller log-mel distance and more "
    "criteria count as better. p: clips' values exchanged as a whole, votes kept, so that "
    "a level of its own for each version proves nothing; Holm over the metrics; valid at "
    "a number planned beforehand, not when monitored. Said only if p and the interval for "
    "music like this agree, and in no filtered view. Log-mel threshold: votes on the same "
    "version compared.",
    "Training trials count nowhere; repeats and catch trials count in screening only. "
    "Decisions count all sessions; what those that fail screening change is said.",
)
PYTHON = f"""\
import pandas as pd

votes = pd.read_csv("{VOTES_NAME}")
main = votes[votes.trial_kind == "main"]
print(main.groupby("condition")[["preferred", "rating"]].mean())
"""
R = f"""\
votes <- read.csv("{VOTES_NAME}", stringsAsFactors = TRUE)
main <- subset(votes, trial_kind == "main")
aggregate(cbind(preferred, rating) ~ condition, main, mean, na.rm = TRUE, na.action = na.pass)
"""
