using Agents.Rules.Sources;

namespace Agents.Rules.Auditing;

/// <summary>Recognises scripts that a tool put together: bundles and minified code.</summary>
internal static class BundledText
{
    private const int LongLine = 400;

    private static readonly string[] Marks =
        ["__webpack_require__(", "webpackJsonp", "/******/ ", "(function e(t,n,r){function s(", "(function(){function r(e,n,t){function o(", "parcelRequire", "System.register(["];

    public static bool Is(SourceFile file)
    {
        if ((file.Language & Languages.Script) == Languages.None)
        {
            return false;
        }

        var head = file.Text.AsSpan(0, Math.Min(file.Text.Length, 4_000));
        foreach (var mark in Marks)
        {
            if (head.Contains(mark, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return LongLines(file) * 3 > file.Text.Length;
    }

    private static int LongLines(SourceFile file)
    {
        var sum = 0;
        for (var line = 1; line <= file.Lines.Count; line++)
        {
            var length = file.Lines.End(line) - file.Lines.Start(line);
            sum += length > LongLine ? length : 0;
        }

        return sum;
    }
}
