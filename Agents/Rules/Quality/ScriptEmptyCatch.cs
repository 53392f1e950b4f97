using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Exceptions that vanish.</summary>
internal sealed class ScriptEmptyCatch() : ScriptRule(new RuleInfo(
    "js-empty-catch",
    "Every exception is swallowed",
    Category.Quality,
    Severity.Low,
    Languages.Script,
    "Whatever goes wrong in the block vanishes without a trace, programming errors included.",
    "Handle it, log it, or say in a comment why it may be ignored.",
    "CWE-390"))
{
    public override IReadOnlyList<string> Triggers => ["catch"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        var blocks = file.Structure.Blocks;
        foreach (var clause in blocks.Where(b => b.Kind == BlockKind.Catch))
        {
            var empty = string.IsNullOrWhiteSpace(file.Code[clause.BodyStart..clause.BodyEnd]) && !file.HasComment(clause.Start, file.Lines.End(file.Lines.LineAt(clause.BodyEnd)));
            var attempt = blocks.LastOrDefault(b => b.Kind == BlockKind.Try && b.BodyEnd < clause.Start && string.IsNullOrWhiteSpace(file.Code[(b.BodyEnd + 1)..clause.Start]));
            if (empty && attempt is not null && !file.HasComment(attempt.BodyStart, attempt.BodyEnd) && Statements(file.Code[attempt.BodyStart..attempt.BodyEnd]) > 1)
            {
                yield return Found(file, clause.Start, clause.BodyEnd + 1);
            }
        }
    }

    /// <summary>One statement is an attempt whose failure is an answer.</summary>
    private static int Statements(string code) => code.Split('\n').Count(l => l.AsSpan().Trim() is { Length: > 1 });
}
