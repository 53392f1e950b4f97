using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules;

/// <summary>A rule over the lines of shell scripts, Dockerfiles and YAML; lines that are comments are left out.</summary>
internal abstract class LineRule(RuleInfo info) : Rule(info)
{
    /// <summary>What a line must not have.</summary>
    protected abstract Regex Fault { get; }

    /// <summary>Whether a match is one indeed.</summary>
    protected virtual bool IsReal(SourceFile file, Match match) => true;

    public sealed override IEnumerable<Finding> Check(SourceFile file)
    {
        for (var match = Fault.Match(file.Text); match.Success; match = match.NextMatch())
        {
            var start = file.Lines.Start(file.Lines.LineAt(match.Index));
            if (!file.Text[start..match.Index].TrimStart().StartsWith('#') && match.Value.TrimStart() is not ['#', ..] && IsReal(file, match))
            {
                yield return Found(file, match.Index, match.Index + match.Length);
            }
        }
    }
}
