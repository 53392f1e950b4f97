using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Agents.Rules.Sources;

/// <summary>The syntax tree of a C# file, its nodes sorted by type once for all rules.</summary>
internal sealed class CSharpSource
{
    private readonly Dictionary<Type, List<SyntaxNode>> _byType = [];

    public CSharpSource(string text, string path)
    {
        Tree = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview), path);
        foreach (var node in Tree.GetRoot().DescendantNodes())
        {
            if (!_byType.TryGetValue(node.GetType(), out var nodes))
            {
                _byType[node.GetType()] = nodes = [];
            }

            nodes.Add(node);
        }
    }

    public SyntaxTree Tree { get; }

    public IEnumerable<T> Nodes<T>()
        where T : SyntaxNode => _byType.TryGetValue(typeof(T), out var nodes) ? nodes.Cast<T>() : [];
}
