using Agents.Rules;

namespace Agents.Reviewer.Judging;

/// <summary>What a model judges by when nobody gave a rubric.</summary>
internal static class Rubrics
{
    public static IReadOnlyList<string> Of(Category? category) => category switch
    {
        Category.Security =>
        [
            "Input from outside is checked, and nothing of it becomes code, a query, a path or a command.",
            "Who may do what is checked; secrets are neither in the code nor in logs; cryptography is of today.",
            "Errors tell attackers nothing, and limits keep one caller from using everything up.",
        ],
        Category.Performance =>
        [
            "The work grows with the input no faster than it must.",
            "Nothing waits, allocates, reads or asks again without need.",
        ],
        Category.Quality =>
        [
            "The code is correct, also at the edges and when something fails.",
            "The next person understands it: names, structure, tests.",
        ],
        _ => ["It does what was asked for, all of it.", "It is right.", "It is clear to those it is for."],
    };
}
