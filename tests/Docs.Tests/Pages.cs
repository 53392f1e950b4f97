using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Syntax;

namespace Docs.Tests;

/// <summary>The pages that people read, parsed as GitHub shows them.</summary>
internal static class Pages
{
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    /// <summary>By their paths from the repository's root.</summary>
    public static IReadOnlyDictionary<string, MarkdownDocument> All { get; } = Paths().ToDictionary(path => Path.GetRelativePath(Repository.Root, path), Read, StringComparer.Ordinal);

    public static MarkdownDocument Read(string path) => Markdown.Parse(File.ReadAllText(path), s_pipeline);

    private static IEnumerable<string> Paths() =>
        Directory.EnumerateFiles(Repository.Root, "*.md").Concat(new[] { "docs", "examples", "templates", "compat" }.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)))
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"));
}
