using Agents.Hosting;
using Agents.Workspaces;
using Microsoft.Extensions.Configuration;

namespace Agents.Skills;

/// <summary>The skills of a process, read once at start from <c>Skills:Path</c>: a folder with a folder for each.</summary>
public sealed class SkillLibrary
{
    private const string FileName = "SKILL.md";
    private const int MostFiles = 1000;
    private const int LongestFile = 256 * 1024;
    private readonly SortedDictionary<string, Skill> _skills = new(StringComparer.Ordinal);
    private readonly string _root;

    private SkillLibrary(string root) => _root = root;

    /// <summary>No skills.</summary>
    public static SkillLibrary None { get; } = new("");

    /// <summary>All of them, by name.</summary>
    public IReadOnlyCollection<Skill> Skills => _skills.Values;

    /// <summary>Reads them.</summary>
    /// <param name="configuration"><c>Skills:Path</c>; not set: no skills.</param>
    /// <returns>The library.</returns>
    /// <exception cref="AgentDefinitionException">The folder or a skill in it cannot be used; the message names the file and the rule.</exception>
    public static SkillLibrary Read(IConfiguration configuration)
    {
        if (configuration["Skills:Path"] is not { Length: > 0 } path)
            return None;
        if (!Directory.Exists(path))
            throw new AgentDefinitionException($"Setting Skills:Path is \"{path}\"; it must be a folder with a folder for each skill.");
        var library = new SkillLibrary(Workspace.Open(path).Root);
        foreach (var folder in Directory.EnumerateDirectories(library._root).Select(folder => Path.GetFileName(folder)).Where(name => name[0] != '.'))
        {
            var file = $"{folder}/{FileName}";
            try
            {
                var skill = Workspace.Open(Workspace.Open(library._root).Resolve(folder));
                var text = ReadText(skill, FileName);
                library._skills[folder] = SkillFile.Parse(folder, text, [.. Files(skill)]);
            }
            catch (Exception exception) when (exception is FormatException or WorkspaceException or IOException or UnauthorizedAccessException)
            {
                throw new AgentDefinitionException($"Skills:Path, {file}: {exception.Message.TrimEnd('.')}.");
            }
        }

        return library;
    }

    /// <summary>Finds one.</summary>
    /// <param name="name">E.g. <c>house-style</c>.</param>
    /// <returns>Null: there is none of that name.</returns>
    public Skill? Find(string name) => _skills.GetValueOrDefault(name);

    /// <summary>Reads a file of a skill.</summary>
    /// <param name="skill">The skill.</param>
    /// <param name="path">Relative to its folder; links and <c>..</c> cannot lead out of it.</param>
    /// <returns>Its text.</returns>
    /// <exception cref="WorkspaceException">INVALID_INPUT: it leads out or is not there. WORKSPACE_UNREADABLE: it is too large, or no text.</exception>
    public string ReadFile(Skill skill, string path) => ReadText(Workspace.Open(Path.Combine(_root, skill.Name)), path);

    private static string ReadText(Workspace folder, string path)
    {
        var full = folder.Resolve(path);
        var file = new FileInfo(full);
        if (!file.Exists || file.Length > LongestFile)
            throw new WorkspaceException(WorkspaceException.Unreadable, $"path: '{path}' must be a file of at most {LongestFile} bytes.");
        var text = File.ReadAllText(full);
        return text.Contains('\0') ? throw new WorkspaceException(WorkspaceException.Unreadable, $"path: '{path}' is no text.") : text;
    }

    private static IEnumerable<string> Files(Workspace folder) => Directory
        .EnumerateFiles(folder.Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true })
        .Select(folder.Relative).Where(file => file != FileName).Take(MostFiles).Order(StringComparer.Ordinal);
}
