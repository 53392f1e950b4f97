using System.Text.RegularExpressions;

namespace Agents.Rules.Sources;

/// <summary>Texts of Java and Go that are put together from values.</summary>
internal static class BuiltArgument
{
    /// <summary>Whether it joins a literal with something that is none, or formats.</summary>
    public static bool IsBuilt(SourceFile file, Span argument)
    {
        var code = file.Code[argument.Start..argument.End];
        if (code.StartsWith("fmt.Sprintf(", StringComparison.Ordinal) || code.StartsWith("String.format(", StringComparison.Ordinal))
        {
            return Expressions.Arguments(file, argument.Start + code.IndexOf('(', StringComparison.Ordinal)).Count > 1;
        }

        var parts = Expressions.Split(file, argument.Start, argument.End, '+');
        var constant = parts.Count(part => file.LiteralFrom(part.Start) is { } literal && literal.End >= part.End);
        return parts.Count > 1 && constant > 0 && parts.Any(part => !IsConstant(file, part));
    }

    // By convention, names in capitals are constants.
    private static bool IsConstant(SourceFile file, Span part)
    {
        var code = file.Code[part.Start..part.End].Trim();
        return (file.LiteralFrom(part.Start) is { } literal && literal.End >= part.End)
            || code.All(c => char.IsUpper(c) || char.IsDigit(c) || c is '_' or '.')
            || Safe.IsMatch(code)
            || (Name.IsMatch(code) && IsAlwaysSafe(file, code));
    }

    // All that it is ever given is the name of a class, or went through a function that quotes.
    private static bool IsAlwaysSafe(SourceFile file, string name)
    {
        var given = new Regex($@"(?<![\w.]){name}\s*:?=(?!=)\s*([^;\n]+)", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)).Matches(file.Code);
        return given.Count > 0 && given.All(match => Safe.IsMatch(match.Groups[1].Value.Trim()));
    }

    private static readonly Regex Safe = Pattern.Linear(@"^(?:\w+\.class\.get(?:Simple|Canonical)?Name\(\)|(?:\w+\.)*(?:quote|escape)\w*\()", ignoreCase: true);
    private static readonly Regex Name = Pattern.Linear(@"^[A-Za-z_]\w*$");
}
