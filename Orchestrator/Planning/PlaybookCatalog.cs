namespace Orchestrator.Planning;

/// <summary>The playbooks of a folder. A bad file does not keep the good ones from being used.</summary>
internal sealed class PlaybookCatalog
{
    /// <summary>Files in one folder.</summary>
    public const int MaxFiles = 500;

    private readonly SortedDictionary<string, Playbook> _playbooks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<PlaybookError>> _errors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _badTexts = new(StringComparer.Ordinal);

    private PlaybookCatalog()
    {
    }

    /// <summary>All that can be used, by name.</summary>
    public IReadOnlyCollection<Playbook> Playbooks => _playbooks.Values;

    /// <summary>What is wrong with the files that cannot, in the order of the files.</summary>
    public IReadOnlyList<PlaybookError> Errors => [.. _errors.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => pair.Value)];

    /// <summary>Reads every <c>*.yaml</c> and <c>*.yml</c> of a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static PlaybookCatalog Load(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"Playbooks:Path is '{folder}'; there is no such folder.");
        var catalog = new PlaybookCatalog();
        var shown = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        var files = Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".yaml" or ".yml")
            .Order(StringComparer.Ordinal).Take(MaxFiles);
        foreach (var file in files)
            catalog.Add($"{shown}/{Path.GetFileName(file)}", file);
        catalog.CheckUses();
        return catalog;
    }

    /// <summary>The playbook of that name; null: there is none, or it cannot be used (see <see cref="ErrorsOf"/>).</summary>
    public Playbook? Find(string name) => _playbooks.GetValueOrDefault(name);

    /// <summary>What is wrong with the file of that playbook; empty: nothing, or there is no such file.</summary>
    public IReadOnlyList<PlaybookError> ErrorsOf(string name) => _errors.GetValueOrDefault(name, []);

    /// <summary>The text of the file of a playbook that cannot be used; empty: it can, or the file could not be read.</summary>
    public string BadTextOf(string name) => _badTexts.GetValueOrDefault(name, "");

    /// <summary>What is wrong with the text of a playbook, as if it stood beside those that are here in the place of the one of its name.</summary>
    /// <param name="name">The name that it must have; empty: the one that it says.</param>
    public (Playbook? Playbook, IReadOnlyList<PlaybookError> Errors) Check(string text, string name)
    {
        var file = (name.Length > 0 ? name : PlaybookParser.NameIn(text)) + ".yaml";
        var (playbook, errors) = PlaybookParser.Parse(file, text);
        if (playbook is not null)
        {
            errors = PlaybookUses.Check(playbook, new Dictionary<string, Playbook>(_playbooks, StringComparer.Ordinal) { [playbook.Name] = playbook });
        }

        return errors.Count > 0 ? (null, errors) : (playbook, []);
    }

    private void Add(string shown, string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        try
        {
            // A character has at most four bytes, so what is larger breaks the limit and need not be read.
            if (new FileInfo(file).Length > 4 * Yaml.YamlReader.MaxLength)
            {
                _errors[name] = [new PlaybookError(shown, 1, 1, $"the file has {new FileInfo(file).Length} bytes; at most {Yaml.YamlReader.MaxLength} characters are allowed")];
                return;
            }

            var text = File.ReadAllText(file);
            var (playbook, errors) = PlaybookParser.Parse(shown, text);
            if (playbook is null)
                (_errors[name], _badTexts[name]) = (errors, text);
            else if (!_playbooks.TryAdd(name, playbook))
                _errors[name + Path.GetExtension(file)] = [new PlaybookError(shown, 1, 1, $"there is another file for the playbook '{name}'")];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _errors[name] = [new PlaybookError(shown, 1, 1, $"the file cannot be read: {failure.Message}")];
        }
    }

    // What uses a playbook that cannot be used cannot be used either.
    private void CheckUses()
    {
        while (_playbooks.Values.Select(playbook => (playbook.Name, Errors: PlaybookUses.Check(playbook, _playbooks))).Where(found => found.Errors.Count > 0).ToList() is { Count: > 0 } bad)
        {
            foreach (var (name, errors) in bad)
            {
                _badTexts[name] = _playbooks[name].Text;
                _playbooks.Remove(name);
                _errors[name] = errors;
            }
        }
    }
}
