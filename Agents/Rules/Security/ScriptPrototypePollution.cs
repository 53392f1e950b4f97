using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Objects written by keys from outside.</summary>
internal sealed class ScriptPrototypePollution() : ScriptRule(new RuleInfo(
    "js-prototype-pollution",
    "Keys from outside can reach the prototype",
    Category.Security,
    Severity.High,
    Languages.Script,
    "Keys are followed and written without a check; the key __proto__ (or constructor.prototype) changes the prototype of every object in the process.",
    "Refuse __proto__, constructor and prototype, take own keys only, or use Map or Object.create(null).",
    "CWE-1321"))
{
    private static readonly Regex Walk = Pattern.Timed(@"(?<![\w$.])(?<t>[A-Za-z_$][\w$]*)\s*=\s*\k<t>\s*\[\s*(?<k>[A-Za-z_$][\w$.]*(?:\[[\w$+ -]+\])?)\s*\]\s*(?:;|,|\n|\}|\)|=|\|\|)");
    private static readonly Regex Copy = Pattern.Timed(@"(?<![\w$.])(?<t>[A-Za-z_$][\w$]*)\s*\[\s*(?<k>[A-Za-z_$][\w$]*)\s*\]\s*=(?!=|>)");
    private static readonly Regex Guard = Pattern.Linear(@"__proto__|['""]constructor['""]|prototype['""]|Object\.create\(null\)|new Map|isUnsafeKey|isSafeKey|isPrototypePolluted|isValidKey");
    private static readonly Regex Numeric = Pattern.Linear(@"^(i|j|k|n|idx|index|len|length|[a-z]?Index|pos|offset)$");

    public override IReadOnlyList<string> Triggers => ["]"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        var walked = new HashSet<(Block?, string)>();
        foreach (var match in Matches(file, Walk))
        {
            var (target, key) = (match.Groups["t"].Value, match.Groups["k"].Value);
            if (Numeric.IsMatch(key) || file.Structure.LoopAt(match.Index) is not { } loop || Guarded(file, match.Index))
            {
                continue;
            }

            var function = FunctionCode(file, loop.Start);
            if (Writes(function, target, key) && walked.Add((file.Structure.FunctionAt(loop.Start), target)))
            {
                yield return Found(file, match.Index, match.Index + match.Length, $"'{target}' follows keys and is written by them without a check; the key __proto__ leads to the prototype of every object in the process.");
            }
        }

        var told = new HashSet<Block?>();
        foreach (var match in Matches(file, Copy))
        {
            var (target, key) = (match.Groups["t"].Value, match.Groups["k"].Value);
            if (IsKeyOfLoop(file, match.Index, target, key) && RecursesInto(file, match.Index, target, key) && !Guarded(file, match.Index) && told.Add(file.Structure.FunctionAt(match.Index)))
            {
                var line = file.Lines.LineAt(match.Index);
                yield return Found(file, match.Index, file.Lines.End(line), $"'{target}' is merged key by key, in depth and without a check; the key __proto__ leads to the prototype of every object in the process.");
            }
        }
    }

    private static readonly Regex OverKeys = Pattern.Timed(@"\bkeys\s*\(\s*(?<o>[\w$.]+)\s*\)\s*\.\s*forEach\s*\(\s*(?:function\s*[\w$]*\s*)?$");

    private static bool Guarded(SourceFile file, int position)
    {
        // A check in a function of its own may be several calls away: a file that knows the key is taken to use its check.
        if (file.Regions.Any(r => r.Kind == RegionKind.Text && file.Text.AsSpan(r.Start + 1, Math.Max(0, r.End - r.Start - 2)).SequenceEqual("__proto__")))
        {
            return true;
        }

        var outer = file.Structure.At(position)?.SelfAndParents().Where(b => b.Kind == BlockKind.Function).Take(2).LastOrDefault();
        return outer is not null && Guard.IsMatch(file.Text[outer.Start..outer.BodyEnd]);
    }

    private static bool Writes(string function, string target, string key) =>
        Pattern.Timed($@"(?<![\w$.]){Regex.Escape(target)}\s*\[\s*(?:{Regex.Escape(key)}|[\w$]*[kK]ey[\w$]*|last\w*|[\w$]+\[[^\]]*\])\s*\]\s*=(?!=|>)").IsMatch(function);

    /// <summary>The key runs over the keys of an object: for-in, or Object.keys.</summary>
    private static bool IsKeyOfLoop(SourceFile file, int position, string target, string key)
    {
        foreach (var block in file.Structure.At(position)?.SelfAndParents() ?? [])
        {
            var head = file.Code[block.Start..block.BodyStart];
            var overKeys = block.Kind == BlockKind.Loop
                ? Pattern.Timed($@"\b{Regex.Escape(key)}\s+in\b|\b{Regex.Escape(key)}\s+of\s+Object\.keys").IsMatch(head) && !Pattern.Timed($@"(?:\bin\s+|\bkeys\s*\(\s*){Regex.Escape(target)}\s*\)").IsMatch(head)
                : block.Kind == BlockKind.Function && block.Parameters.Split(',')[0].Trim() == key && OverKeys.Match(file.Code[Math.Max(0, block.Start - 160)..block.Start]) is { Success: true } keys && keys.Groups["o"].Value != target;
            if (overKeys)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The function calls itself with the target's own member: a merge in depth, not a copy.</summary>
    private static bool RecursesInto(SourceFile file, int position, string target, string key)
    {
        var member = $@"{Regex.Escape(target)}\s*\[\s*{Regex.Escape(key)}\s*\]";
        foreach (var function in file.Structure.At(position)?.SelfAndParents().Where(b => b.Kind == BlockKind.Function && b.Name.Length > 0) ?? [])
        {
            var code = file.Code[function.BodyStart..function.BodyEnd];
            var alias = Pattern.Timed($@"([\w$]+)\s*=\s*{member}\s*[;,\n]").Match(code);
            var argument = alias.Success ? $@"(?:{member}|{Regex.Escape(alias.Groups[1].Value)}\b)" : member;
            if (Pattern.Timed($@"(?<![\w$]){Regex.Escape(function.Name)}\s*\((?:\s*[\w$]+\s*,)?\s*{argument}").IsMatch(code))
            {
                return true;
            }
        }

        return false;
    }
}
