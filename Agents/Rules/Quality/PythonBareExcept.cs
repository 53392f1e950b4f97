using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Handlers that also stop the stopping.</summary>
internal sealed class PythonBareExcept() : ScriptRule(new RuleInfo(
    "py-bare-except",
    "except that also catches exits",
    Category.Quality,
    Severity.Medium,
    Languages.Python,
    "This also catches KeyboardInterrupt and SystemExit, so the program cannot be stopped here.",
    "except Exception, or better the exception that is expected.",
    "CWE-396",
    HasFix: true))
{
    private static readonly Regex Bare = Pattern.Timed(@"^[ \t]*except\s*:");
    private static readonly Regex Raises = Pattern.Timed(@"^[ \t]*raise\b|sys\.exit|os\._exit");

    public override IReadOnlyList<string> Triggers => ["except"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var match in Matches(file, Bare))
        {
            var colon = match.Index + match.Length - 1;
            var clause = file.Structure.Blocks.FirstOrDefault(b => b.Kind == BlockKind.Catch && b.BodyStart == colon + 1);
            if (clause is not null && !Raises.IsMatch(file.Code[clause.BodyStart..clause.BodyEnd].TrimStart()))
            {
                yield return Found(file, clause.Start, colon + 1, fix: Replace(file, clause.Start, colon + 1, "except Exception:", "Let exits through."));
            }
        }
    }
}
