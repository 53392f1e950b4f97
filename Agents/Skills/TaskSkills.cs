using System.Text;
using System.Text.RegularExpressions;
using Agents.Hosting;

namespace Agents.Skills;

/// <summary>
/// The skills of one attempt: those that the task asks for by name, and those whose description has the task's words. A
/// task asks by a line <c>skills: a, b</c> of its description, or by a list <c>skills</c> in its context.
/// </summary>
public sealed partial class TaskSkills
{
    private const int MostMatched = 3;
    private const int MostChars = 64 * 1024;
    private static readonly HashSet<string> Common = new(StringComparer.Ordinal)
    {
        "about", "after", "also", "before", "been", "being", "does", "each", "every", "from", "have", "into", "like", "made", "make", "more", "most", "must", "need", "only", "other", "over", "should",
        "skill", "some", "such", "task", "than", "that", "their", "them", "then", "there", "these", "they", "this", "those", "used", "using", "what", "when", "where", "which", "will", "with", "work", "your",
    };

    private readonly SkillLibrary _library;
    private readonly List<Skill> _loaded;

    private TaskSkills(SkillLibrary library, List<Skill> loaded) => (_library, _loaded) = (library, loaded);

    /// <summary>Their names, those asked for first.</summary>
    public IReadOnlyList<string> Names => [.. _loaded.Select(skill => skill.Name)];

    /// <summary>Chooses.</summary>
    /// <param name="library">What there is.</param>
    /// <param name="context">The attempt.</param>
    /// <returns>The skills; often none.</returns>
    /// <exception cref="TaskFailedException">INVALID_INPUT: the task asks for one that is not there.</exception>
    public static TaskSkills Of(SkillLibrary library, TaskContext context)
    {
        var loaded = new List<Skill>();
        foreach (var name in Asked(context).Distinct(StringComparer.Ordinal))
        {
            loaded.Add(library.Find(name) ?? throw new TaskFailedException(
                FailureCodes.InvalidInput, $"skills: '{name}' is not there; {(library.Skills.Count == 0 ? "Skills:Path is not set" : $"there are {string.Join(", ", library.Skills.Select(skill => skill.Name))}")}."));
        }

        var words = Words($"{context.Description} {string.Join(' ', context.Requirements)}");
        loaded.AddRange(library.Skills.Except(loaded)
            .Select(skill => (Skill: skill, Score: Score(Words(skill.Description), words)))
            .Where(match => match.Score > 0).OrderByDescending(match => match.Score).ThenBy(match => match.Skill.Name, StringComparer.Ordinal)
            .Take(MostMatched).Select(match => match.Skill));
        return new TaskSkills(library, loaded);
    }

    /// <summary>Instructions with those of the skills, and with the texts of their files that they name.</summary>
    /// <param name="instructions">The agent's own.</param>
    /// <returns>The same when there are no skills.</returns>
    public string AddTo(string instructions)
    {
        if (_loaded.Count == 0)
            return instructions;
        var text = new StringBuilder(instructions);
        foreach (var skill in _loaded)
        {
            text.Append("\n\n# Skill ").Append(skill.Name).Append("\n\n").Append(skill.Instructions);
            foreach (var file in skill.Files.Where(file => skill.Instructions.Contains(file, StringComparison.Ordinal)))
            {
                var content = _library.ReadFile(skill, file);
                if (text.Length + content.Length - instructions.Length <= MostChars)
                    text.Append("\n\n## File ").Append(file).Append("\n\n").Append(content.TrimEnd());
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Asked(TaskContext context)
    {
        var listed = context.Assignment.Context?.Fields.GetValueOrDefault("skills")?.ListValue?.Values.Select(value => value.StringValue) ?? [];
        var lines = AskingLine().Matches(context.Description).SelectMany(line => line.Groups["names"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return listed.Concat(lines);
    }

    // Two words at least, and a third of the description's: a chance word is no match.
    private static double Score(HashSet<string> description, HashSet<string> task)
    {
        var common = description.Count(task.Contains);
        var share = description.Count == 0 ? 0 : (double)common / description.Count;
        return common >= 2 && share >= 1.0 / 3 ? share : 0;
    }

    private static HashSet<string> Words(string text) => [.. Word().Matches(text).Select(match => Stem(match.Value.ToLowerInvariant())).Where(word => !Common.Contains(word))];

    private static string Stem(string word) => word.Length > 4 && word[^1] == 's' && word[^2] != 's' ? word[..^1] : word;

    [GeneratedRegex(@"^[ \t]*skills?:[ \t]*(?<names>[a-z0-9-]+([ \t]*,[ \t]*[a-z0-9-]+)*)[ \t]*\r?$", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex AskingLine();

    [GeneratedRegex(@"[\p{L}\p{Nd}]{4,}", RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
