using System.Globalization;
using System.Text;
using Agents.Reviewer.Changes;
using Agents.Reviewer.Outputs;

namespace Agents.Reviewer.Judging;

/// <summary>The texts that a model reads, with their lines numbered: changed files as they become, and the texts of an output.</summary>
internal sealed class Material
{
    private const int MostTexts = 40;
    private const int MostCharacters = 100_000;
    private const int MostOfOne = 24_000;
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly StringBuilder _text = new();

    /// <summary>As the prompt has it.</summary>
    public string Text => _text.ToString();

    /// <summary>What did not fit, by name.</summary>
    public List<string> LeftOut { get; } = [];

    public static Material OfFiles(IEnumerable<ChangedFile> files)
    {
        var material = new Material();
        foreach (var file in files)
            material.Add(file.Path, file.After);
        return material;
    }

    /// <summary>The changed files first, then the output's other texts by their paths, e.g. <c>output.summary</c>.</summary>
    public static Material Of(IEnumerable<ChangedFile> files, OutputText output)
    {
        var material = OfFiles(files);
        foreach (var (path, text) in output.Texts.Where(one => one.Path != "output.diff" && one.Text.Trim().Length > 0))
            material.Add(path, text);
        return material;
    }

    /// <summary>How many lines a text has; null: there is none of that name.</summary>
    public int? LinesOf(string name) => _lines.TryGetValue(name, out var lines) ? lines : null;

    private void Add(string name, string text)
    {
        if (_lines.Count >= MostTexts || _text.Length + Math.Min(text.Length, MostOfOne) > MostCharacters)
        {
            LeftOut.Add(name);
            return;
        }

        var shown = text.Length <= MostOfOne ? text : text[..MostOfOne];
        if (shown.Length < text.Length)
            LeftOut.Add($"the end of {name}");
        var lines = shown.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        _lines[name] = lines.Length;
        _text.Append("--- ").Append(name).Append('\n');
        for (var i = 0; i < lines.Length; i++)
            _text.Append(CultureInfo.InvariantCulture, $"{i + 1}\t{lines[i]}\n");
        _text.Append('\n');
    }
}
