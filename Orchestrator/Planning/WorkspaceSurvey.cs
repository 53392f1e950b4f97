using System.Globalization;

namespace Orchestrator.Planning;

/// <summary>
/// A first look at a workspace, for choosing a playbook: how many files are source, documents and tables, by their
/// names. Breadth first and bounded; the real inventory is an agent's work.
/// </summary>
/// <param name="Source">Files of program text.</param>
/// <param name="Documents">Files of prose.</param>
/// <param name="Data">Files of rows.</param>
/// <param name="Total">All files seen.</param>
/// <param name="Complete">False: there are more than were looked at.</param>
internal sealed record WorkspaceSurvey(int Source, int Documents, int Data, int Total, bool Complete)
{
    /// <summary>Files and folders looked at.</summary>
    public const int MaxEntries = 20_000;

    private static readonly HashSet<string> s_source = new(StringComparer.OrdinalIgnoreCase)
    {
        ".c", ".cc", ".cpp", ".cs", ".cshtml", ".css", ".dart", ".ex", ".fs", ".go", ".h", ".hpp", ".hs", ".html", ".java",
        ".js", ".jsx", ".kt", ".lua", ".m", ".mjs", ".php", ".pl", ".ps1", ".py", ".r", ".razor", ".rb", ".rs", ".scala",
        ".scss", ".sh", ".sql", ".swift", ".ts", ".tsx", ".vb", ".vue",
    };

    private static readonly HashSet<string> s_documents = new(StringComparer.OrdinalIgnoreCase)
    {
        ".adoc", ".doc", ".docx", ".epub", ".markdown", ".md", ".odt", ".org", ".pdf", ".rst", ".rtf", ".tex", ".txt",
    };

    private static readonly HashSet<string> s_data = new(StringComparer.OrdinalIgnoreCase) { ".csv", ".json", ".jsonl", ".ndjson", ".tab", ".tsv" };

    // Written by tools; they would drown what people wrote.
    private static readonly HashSet<string> s_passedOver = new(StringComparer.Ordinal)
    {
        "bin", "build", "dist", "node_modules", "obj", "packages", "target", "vendor", "venv", "__pycache__",
    };

    /// <summary>Looks at a folder. What cannot be read is passed over.</summary>
    public static WorkspaceSurvey Of(string folder)
    {
        var count = new Count();
        var entries = 0;
        var folders = new Queue<DirectoryInfo>([new DirectoryInfo(folder)]);
        var options = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        while (folders.TryDequeue(out var next))
        {
            foreach (var entry in next.EnumerateFileSystemInfos("*", options))
            {
                if (++entries > MaxEntries)
                    return count.Survey(complete: false);
                if (entry is DirectoryInfo inner)
                {
                    if (IsEntered(inner.Name))
                        folders.Enqueue(inner);
                }
                else
                {
                    count.Add(entry.Name);
                }
            }
        }

        return count.Survey(complete: true);
    }

    /// <summary>Whether the files are mainly of that kind. A repository with many pages of documentation is still one of source.</summary>
    public bool Holds(WorkspaceContent content) => content switch
    {
        WorkspaceContent.Source => Source > 0 && Source * 4L >= Documents,
        WorkspaceContent.Documents => Documents > 0 && Documents >= Source,
        _ => Data > 0 && Data >= Source && Data >= Documents,
    };

    /// <summary>E.g. <c>1,203 source files</c>.</summary>
    public string Describe()
    {
        var parts = new List<string>();
        if (Source > 0)
            parts.Add(Number(Source, "source file"));
        if (Documents > 0)
            parts.Add(Number(Documents, "document"));
        if (Data > 0 && Holds(WorkspaceContent.Data))
            parts.Add(Number(Data, "table"));
        if (parts.Count == 0)
            parts.Add(Total == 0 ? "an empty workspace" : Number(Total, "file"));
        return $"{(Complete ? "" : "at least ")}{string.Join(" and ", parts)}";
    }

    private static bool IsEntered(string folder) => !folder.StartsWith('.') && !s_passedOver.Contains(folder);

    private static string Number(int number, string what) =>
        $"{number.ToString("N0", CultureInfo.InvariantCulture)} {what}{(number == 1 ? "" : "s")}";

    /// <summary>Counts files, however they are found.</summary>
    internal sealed class Count
    {
        private int _source, _documents, _data, _total;

        /// <summary>One file.</summary>
        /// <param name="path">Relative, with '/'; one below a folder that is passed over does not count.</param>
        public void Add(string path)
        {
            var parts = path.Split('/');
            if (!Array.TrueForAll(parts[..^1], IsEntered))
                return;
            _total++;
            var extension = Path.GetExtension(parts[^1]);
            if (s_source.Contains(extension))
                _source++;
            else if (s_documents.Contains(extension))
                _documents++;
            else if (s_data.Contains(extension))
                _data++;
        }

        public WorkspaceSurvey Survey(bool complete) => new(_source, _documents, _data, _total, complete);
    }
}
