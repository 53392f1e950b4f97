using Agents.Workspaces;

namespace Agents.Rules.Metrics.Code;

// The languages of files, not those of rules.
using Languages = Agents.Workspaces.Languages;

/// <summary>Measures a file as what its language says it is.</summary>
internal static class CodeMeter
{
    public static FileMetrics Measure(TextFile file, Language language, CancellationToken cancellationToken)
    {
        if (language == Languages.CSharp)
            return CSharpMetrics.Measure(file, cancellationToken);
        var (code, kinds) = Masking.Of(file, language);
        IReadOnlyList<FunctionMetrics> functions = language == Languages.JavaScript || language == Languages.TypeScript ? ScriptFunctions.Find(file, code)
            : language == Languages.Python ? PythonFunctions.Find(file, code)
            : [];
        return new FileMetrics(file.LineCount, kinds.CodeLines, kinds.CommentLines, functions);
    }

    /// <summary>Whether functions and their complexity are looked for.</summary>
    public static bool KnowsFunctions(Language language) =>
        language == Languages.CSharp || language == Languages.JavaScript || language == Languages.TypeScript || language == Languages.Python;
}
