using Agents.Workspaces;
using FileLanguages = Agents.Workspaces.Languages;

namespace Agents.Rules.Metrics.Code;

/// <summary>Measures a file as what its language says it is.</summary>
internal static class CodeMeter
{
    public static FileMetrics Measure(TextFile file, Language language, CancellationToken cancellationToken)
    {
        if (language == FileLanguages.CSharp)
            return CSharpMetrics.Measure(file, cancellationToken);
        var (code, kinds) = Masking.Of(file, language);
        IReadOnlyList<FunctionMetrics> functions = language == FileLanguages.JavaScript || language == FileLanguages.TypeScript ? ScriptFunctions.Find(file, code)
            : language == FileLanguages.Python ? PythonFunctions.Find(file, code)
            : [];
        return new FileMetrics(file.LineCount, kinds.CodeLines, kinds.CommentLines, functions);
    }

    /// <summary>Whether functions and their complexity are looked for.</summary>
    public static bool KnowsFunctions(Language language) =>
        language == FileLanguages.CSharp || language == FileLanguages.JavaScript || language == FileLanguages.TypeScript || language == FileLanguages.Python;
}
