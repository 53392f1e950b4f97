namespace Agents.Rules.Metrics.Code;

/// <summary>A function and how many ways lead through it.</summary>
internal sealed record FunctionMetrics(string Name, int StartLine, int EndLine, int Complexity);

/// <summary>What was counted in a file.</summary>
/// <param name="Lines">All.</param>
/// <param name="CodeLines">With something that is neither blank nor comment.</param>
/// <param name="CommentLines">With comment and nothing else.</param>
/// <param name="Functions">In the order they begin; empty for languages whose functions are not looked for.</param>
internal sealed record FileMetrics(int Lines, int CodeLines, int CommentLines, IReadOnlyList<FunctionMetrics> Functions);
