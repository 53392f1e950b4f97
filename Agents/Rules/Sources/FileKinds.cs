using System.Text.RegularExpressions;

namespace Agents.Rules.Sources;

/// <summary>What a path tells of a file.</summary>
internal static class FileKinds
{
    private static readonly Regex TestPath = Pattern.Linear(
        @"(^|/)(tests?|__tests__|__mocks__|specs?|e2e|testing|testdata|test[-_]?(utils?|helpers?|cases|app|apps)|fixtures?|mocks?|benchmarks?|bench|[^/]*[._-]tests?|[^/]*\.?Tests?)/" +
        @"|[._-](test|tests|spec|bench)\.[a-z]+$|(^|/)(test|tests)[_.-][^/]*$|(^|/)(conftest|test)\.\w+$|Tests?\.cs$");

    private static readonly Dictionary<string, Languages> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        [".cs"] = Languages.CSharp,
        [".js"] = Languages.JavaScript,
        [".mjs"] = Languages.JavaScript,
        [".cjs"] = Languages.JavaScript,
        [".jsx"] = Languages.JavaScript,
        [".ts"] = Languages.TypeScript,
        [".tsx"] = Languages.TypeScript,
        [".mts"] = Languages.TypeScript,
        [".cts"] = Languages.TypeScript,
        [".py"] = Languages.Python,
        [".pyw"] = Languages.Python,
        [".java"] = Languages.Java,
        [".go"] = Languages.Go,
        [".sh"] = Languages.Shell,
        [".bash"] = Languages.Shell,
        [".dockerfile"] = Languages.Docker,
        [".yaml"] = Languages.Yaml,
        [".yml"] = Languages.Yaml,
    };

    private static readonly HashSet<string> TextTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        ".json", ".toml", ".ini", ".cfg", ".conf", ".config", ".env", ".properties", ".xml", ".ps1",
        ".tf", ".tfvars", ".pem", ".key", ".sql", ".rb", ".php", ".rs", ".kt", ".gradle", ".vue", ".html", ".cshtml",
        ".csproj", ".bat", ".cmd",
    };

    private static readonly HashSet<string> TextNames = new(StringComparer.OrdinalIgnoreCase)
        { ".env", ".npmrc", ".pypirc", ".netrc", "Makefile", ".htpasswd", "Jenkinsfile" };

    public static Languages LanguageOf(string path)
    {
        var extension = System.IO.Path.GetExtension(path);
        if (Known.TryGetValue(extension, out var language))
        {
            return language;
        }

        var name = System.IO.Path.GetFileName(path);
        if (name.StartsWith("Dockerfile", StringComparison.OrdinalIgnoreCase) || name.Equals("Containerfile", StringComparison.OrdinalIgnoreCase))
        {
            return Languages.Docker;
        }

        return TextTypes.Contains(extension) || TextNames.Contains(name) || name.StartsWith(".env", StringComparison.Ordinal)
            ? Languages.Text
            : Languages.None;
    }

    public static bool IsTest(string path) => TestPath.IsMatch(path);
}
