using System.Text;
using Agents.Rules.Patches;
using Agents.Workspaces;

namespace Agents.Reviewer.Changes;

/// <summary>A file that a proposed change touches.</summary>
/// <param name="Path">Relative, with '/'.</param>
/// <param name="Before">Its text in the workspace; null: it is new.</param>
/// <param name="After">Its text with the change.</param>
/// <param name="Changed">Lines that come or go.</param>
internal sealed record ChangedFile(string Path, string? Before, string After, int Changed);

/// <summary>Applies a proposed change in memory.</summary>
internal static class ChangedFiles
{
    private const long MostBytes = 4_000_000;

    /// <summary>What the files become, and what does not apply and why.</summary>
    public static (IReadOnlyList<ChangedFile> Files, IReadOnlyList<(string? Path, string Problem)> Problems) Apply(Workspace workspace, string diff)
    {
        List<ChangedFile> files = [];
        List<(string? Path, string Problem)> problems = [];
        var patches = PatchSet.Split(diff);
        if (patches.Count == 0)
            problems.Add((null, "The diff is not a unified diff."));
        foreach (var patch in patches)
        {
            var (before, problem) = Read(workspace, patch.Path);
            // The file is read without its byte order mark.
            var clean = patch with { Diff = patch.Diff.Replace("\uFEFF", "", StringComparison.Ordinal) };
            if (problem is not null)
                problems.Add((patch.Path, problem));
            else if (PatchSet.TryApply(clean, before, out var after, out var reason))
                files.Add(new ChangedFile(patch.Path, before, after!, Lines(patch.Diff)));
            else
                problems.Add((patch.Path, $"The diff does not apply: {reason}."));
        }

        return (files, problems);
    }

    private static (string? Text, string? Problem) Read(Workspace workspace, string path)
    {
        try
        {
            var full = Path.GetFullPath(Path.Combine(workspace.Root, path));
            if (!full.StartsWith(workspace.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                return (null, $"The diff changes '{path}', which leads out of the workspace.");
            if (!Path.Exists(full))
                return (null, null);
            var real = workspace.Resolve(path, "diff");
            return new FileInfo(real).Length > MostBytes ? (null, $"{path} has more than {MostBytes} bytes.") : (File.ReadAllText(real, new UTF8Encoding(false)), null);
        }
        catch (Exception e) when (e is WorkspaceException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, e.Message);
        }
    }

    private static int Lines(string diff) => diff.Split('\n').Count(l =>
        (l.StartsWith('+') && !l.StartsWith("+++ ", StringComparison.Ordinal)) || (l.StartsWith('-') && !l.StartsWith("--- ", StringComparison.Ordinal)));
}
