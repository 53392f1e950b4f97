using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Quality;

/// <summary>Functions with more paths than anybody can test.</summary>
internal sealed class ComplexFunction() : ScriptRule(new RuleInfo(
    "complex-function",
    "Function with too many paths",
    Category.Quality,
    Severity.Low,
    Languages.Script | Languages.Python,
    "More decisions than a reader can follow or tests can cover.",
    "Split it along its decisions.",
    "CWE-1121"))
{
    private const int Most = 50;
    private static readonly Regex Script = Pattern.Timed(@"(?<![\w$.])(?:if|for|while|case|catch)\b|&&|\|\||(?<!\?)\?(?![?.:,)=])");
    private static readonly Regex Python = Pattern.Timed(@"(?<![\w.])(?:if|elif|for|while|except|and|or)\b");

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        var counts = new Dictionary<Block, int>();
        foreach (var match in Matches(file, file.Language == Languages.Python ? Python : Script))
        {
            if (file.Structure.FunctionAt(match.Index) is { } function)
            {
                counts[function] = counts.GetValueOrDefault(function) + 1;
            }
        }

        foreach (var (function, count) in counts.Where(c => c.Value >= Most))
        {
            var name = function.Name.Length > 0 ? function.Name : "This function";
            yield return Found(file, function.Start, Math.Min(function.BodyStart, file.Lines.End(file.Lines.LineAt(function.Start))), $"{name} has {count + 1} paths that are independent of each other (more than {Most}).");
        }
    }
}
