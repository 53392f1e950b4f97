using System.Collections.Concurrent;
using Agents.Workspaces;

namespace Agents.Rules.Auditing;

/// <summary>Recognises copies of other people's code and build output that stands beside its source.</summary>
internal sealed class Vendored(Workspace workspace, IReadOnlyList<string>? paths)
{
    private static readonly HashSet<string> Foreign = new(StringComparer.OrdinalIgnoreCase)
        { "vendor", "vendors", "vendored", "_vendor", "third_party", "thirdparty", "3rdparty", "third-party", "extern", "externals", "site-packages" };

    private static readonly HashSet<string> Output = new(StringComparer.Ordinal) { "dist", "build", "out", "umd", "cjs", "esm", "bundles", "built", "bundle" };

    private readonly ConcurrentDictionary<string, string?> _byFolder = new(StringComparer.Ordinal);

    /// <summary>Why the file is left out, or null.</summary>
    public string? Reason(WorkspaceFile file) => _byFolder.GetOrAdd(file.Folder, Find);

    private string? Find(string folder)
    {
        var parts = folder.Length == 0 ? [] : folder.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            var here = string.Join('/', parts[..(i + 1)]);
            if (IsAskedFor(here))
            {
                continue;
            }

            if (Foreign.Contains(parts[i]))
            {
                return "vendored";
            }

            if (parts[i] == "built" || (Output.Contains(parts[i]) && HasSourceBeside(string.Join('/', parts[..i]))))
            {
                return SkipReport.BuildOutput;
            }
        }

        return null;
    }

    private bool IsAskedFor(string folder) =>
        paths?.Any(p => p.Trim('/') == folder || p.StartsWith(folder + "/", StringComparison.Ordinal)) == true;

    private bool HasSourceBeside(string parent) =>
        Directory.Exists(Path.Combine(workspace.Root, parent, "src")) || Directory.Exists(Path.Combine(workspace.Root, parent, "lib")) || Directory.Exists(Path.Combine(workspace.Root, parent, "source"));
}
