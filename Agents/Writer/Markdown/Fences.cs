namespace Agents.Writer.Markdown;

/// <summary>The word after a fence that highlighters know, by the file's name.</summary>
internal static class Fences
{
    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".cs"] = "csharp",
        [".csx"] = "csharp",
        [".fs"] = "fsharp",
        [".vb"] = "vbnet",
        [".cshtml"] = "cshtml",
        [".razor"] = "razor",
        [".js"] = "javascript",
        [".mjs"] = "javascript",
        [".cjs"] = "javascript",
        [".jsx"] = "jsx",
        [".ts"] = "typescript",
        [".mts"] = "typescript",
        [".cts"] = "typescript",
        [".tsx"] = "tsx",
        [".py"] = "python",
        [".pyi"] = "python",
        [".rb"] = "ruby",
        [".php"] = "php",
        [".pl"] = "perl",
        [".lua"] = "lua",
        [".r"] = "r",
        [".go"] = "go",
        [".rs"] = "rust",
        [".java"] = "java",
        [".kt"] = "kotlin",
        [".kts"] = "kotlin",
        [".scala"] = "scala",
        [".swift"] = "swift",
        [".c"] = "c",
        [".h"] = "c",
        [".cc"] = "cpp",
        [".cpp"] = "cpp",
        [".cxx"] = "cpp",
        [".hpp"] = "cpp",
        [".m"] = "objectivec",
        [".html"] = "html",
        [".htm"] = "html",
        [".vue"] = "vue",
        [".css"] = "css",
        [".scss"] = "scss",
        [".less"] = "less",
        [".json"] = "json",
        [".jsonc"] = "jsonc",
        [".yaml"] = "yaml",
        [".yml"] = "yaml",
        [".toml"] = "toml",
        [".ini"] = "ini",
        [".env"] = "ini",
        [".properties"] = "properties",
        [".xml"] = "xml",
        [".csproj"] = "xml",
        [".props"] = "xml",
        [".targets"] = "xml",
        [".config"] = "xml",
        [".sh"] = "bash",
        [".bash"] = "bash",
        [".zsh"] = "bash",
        [".ps1"] = "powershell",
        [".bat"] = "batch",
        [".cmd"] = "batch",
        [".sql"] = "sql",
        [".proto"] = "protobuf",
        [".tf"] = "hcl",
        [".md"] = "markdown",
        [".diff"] = "diff",
        [".patch"] = "diff",
        [".dockerfile"] = "dockerfile",
    };

    /// <summary>Empty: unknown, shown plain.</summary>
    public static string Language(string file)
    {
        var name = file[(file.LastIndexOf('/') + 1)..];
        if (name.StartsWith("Dockerfile", StringComparison.OrdinalIgnoreCase))
            return "dockerfile";
        if (name.Equals("Makefile", StringComparison.OrdinalIgnoreCase))
            return "makefile";
        return ByExtension.GetValueOrDefault(Path.GetExtension(name), "");
    }
}
