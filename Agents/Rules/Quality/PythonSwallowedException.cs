using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Exceptions that vanish.</summary>
internal sealed class PythonSwallowedException() : ScriptRule(new RuleInfo(
    "py-swallowed-exception",
    "Every exception is swallowed",
    Category.Quality,
    Severity.Medium,
    Languages.Python,
    "Whatever goes wrong in the block vanishes without a trace, programming errors included.",
    "Catch what is expected, log it, or say in a comment why it may be ignored.",
    "CWE-390"))
{
    private static readonly Regex Broad = Pattern.Timed(@"^except\s*\(?\s*(?:Base)?Exception\s*\)?(?:\s+as\s+\w+)?\s*:$");

    public override IReadOnlyList<string> Triggers => ["except"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var clause in file.Structure.Blocks.Where(b => b.Kind == BlockKind.Catch))
        {
            var head = file.Code[clause.Start..clause.BodyStart].Trim();
            var body = file.Code[clause.BodyStart..clause.BodyEnd].Trim();
            if (body == "pass" && Broad.IsMatch(head) && !file.HasComment(clause.Start, file.Lines.End(file.Lines.LineAt(clause.BodyEnd) + 1)) && !IsExplained(file, clause))
            {
                yield return Found(file, clause.Start, clause.BodyEnd);
            }
        }
    }

    /// <summary>A comment right above or below says why.</summary>
    private static bool IsExplained(SourceFile file, Block clause)
    {
        var line = file.Lines.LineAt(clause.Start);
        return file.HasComment(file.Lines.Start(Math.Max(1, line - 1)), clause.Start);
    }
}
