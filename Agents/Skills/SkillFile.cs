using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Agents.Skills;

/// <summary>Reads the text of a <c>SKILL.md</c>: YAML front matter between lines of three dashes, then instructions.</summary>
internal static partial class SkillFile
{
    private const string Fence = "---";
    private const int LongestDescription = 1024;
    private const int MostNesting = 16;

    /// <exception cref="FormatException">What is wrong with it, as the end of a sentence.</exception>
    public static Skill Parse(string folder, string text, IReadOnlyList<string> files)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var end = lines[0] == Fence ? Array.IndexOf(lines, Fence, 1) : -1;
        if (end < 0)
            throw new FormatException("must begin with a front matter: a line ---, name and description as YAML, a line ---");
        var fields = Fields(string.Join('\n', lines[1..end]));
        var name = Text(fields, "name");
        if (name != folder || !Name().IsMatch(name))
            throw new FormatException($"name is '{name}'; it must be the folder's name, '{folder}': lower case letters, digits and -, at most 64");
        var description = Text(fields, "description");
        if (description.Length is 0 or > LongestDescription)
            throw new FormatException($"description has {description.Length} characters; it must have 1 to {LongestDescription}");
        return string.Join('\n', lines[(end + 1)..]).Trim() is { Length: > 0 } instructions
            ? new Skill(name, description, instructions, files)
            : throw new FormatException("has no instructions after its front matter");
    }

    private static Dictionary<string, object?> Fields(string yaml)
    {
        try
        {
            Check(yaml);
            return new DeserializerBuilder().Build().Deserialize<Dictionary<string, object?>>(yaml) ?? [];
        }
        catch (YamlException exception)
        {
            throw new FormatException($"front matter, line {exception.Start.Line}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // Some texts confuse the scanner itself.
            throw new FormatException("front matter: it is no YAML", exception);
        }
    }

    // The reader recurses: what is nested deeper than its stack would end the process.
    private static void Check(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        for (var depth = 0; parser.MoveNext();)
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MostNesting)
                throw new FormatException($"front matter, line {parser.Current.Start.Line}: it is nested deeper than {MostNesting} levels");
            if (parser.Current is AnchorAlias)
                throw new FormatException($"front matter, line {parser.Current.Start.Line}: aliases (*name) are not allowed");
        }
    }

    private static string Text(Dictionary<string, object?> fields, string key) => fields.GetValueOrDefault(key) is string text ? text.Trim() : "";

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
