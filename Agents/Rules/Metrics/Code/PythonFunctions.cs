using System.Text.RegularExpressions;
using Agents.Workspaces;

namespace Agents.Rules.Metrics.Code;

/// <summary>Finds the functions of Python in masked text, by indentation, and counts decisions in each.</summary>
internal static partial class PythonFunctions
{
    public static IReadOnlyList<FunctionMetrics> Find(TextFile file, string code)
    {
        var lines = new TextFile(file.Path, code);
        List<FunctionMetrics> found = [];
        Stack<Open> open = new();
        int depth = 0, lastCode = 0;
        var continued = false;
        for (var number = 1; number <= lines.LineCount; number++)
        {
            var line = lines.Line(number);
            var text = line.Trim();
            if (text.Length == 0)
                continue;
            if (depth == 0 && !continued)
            {
                var indent = Indent(line);
                while (open.TryPeek(out var inner) && indent <= inner.Indent)
                    Close(open, found, lastCode);
                if (Definition().Match(text) is { Success: true } definition)
                    open.Push(new Open(definition.Groups["name"].Value, definition.Groups["kind"].Value == "class", indent, number));
            }

            lastCode = number;
            if (open.TryPeek(out var here))
                here.Decisions += Decision().Count(line);
            depth = Math.Max(0, depth + Brackets(text));
            continued = text.EndsWith('\\');
        }

        while (open.Count > 0)
            Close(open, found, lastCode);
        return [.. found.OrderBy(function => function.StartLine)];
    }

    private static void Close(Stack<Open> open, List<FunctionMetrics> found, int lastLine)
    {
        var closed = open.Pop();
        if (!closed.IsClass)
            found.Add(new FunctionMetrics(string.Join('.', open.Reverse().Select(outer => outer.Name).Append(closed.Name)), closed.Start, lastLine, 1 + closed.Decisions));
    }

    private static int Indent(string line)
    {
        var width = 0;
        foreach (var c in line)
        {
            if (c == '\t')
                width = (width / 8 * 8) + 8;
            else if (c is ' ' or '\f')
                width++;
            else
                break;
        }

        return width;
    }

    private static int Brackets(string text)
    {
        var depth = 0;
        foreach (var c in text)
            depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
        return depth;
    }

    [GeneratedRegex(@"^(?:async\s+)?(?<kind>def|class)\s+(?<name>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Definition();

    [GeneratedRegex(@"\b(?:if|elif|for|while|except|and|or)\b|^\s*case\b.*:\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Decision();

    private sealed class Open(string name, bool isClass, int indent, int start)
    {
        public string Name { get; } = name;

        public bool IsClass { get; } = isClass;

        public int Indent { get; } = indent;

        public int Start { get; } = start;

        public int Decisions { get; set; }
    }
}
