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
    private static bool IsConstant(SourceFile file, Span part) =>
        (file.LiteralFrom(part.Start) is { } literal && literal.End >= part.End)
        || file.Code[part.Start..part.End].All(c => char.IsUpper(c) || char.IsDigit(c) || c is '_' or '.');
}
