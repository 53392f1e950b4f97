namespace Agents.Rules.Sources;

internal enum BlockKind
{
    Function,
    Loop,
    Class,
    If,
    Else,
    Try,
    Catch,
    Finally,
    Switch,
    With,
    Other,
}

/// <summary>A function, loop or other statement with a body. Start is where its head begins.</summary>
internal sealed class Block(BlockKind kind, int start, int bodyStart, int bodyEnd)
{
    public BlockKind Kind { get; } = kind;

    public int Start { get; } = start;

    public int BodyStart { get; } = bodyStart;

    public int BodyEnd { get; } = bodyEnd;

    public string Name { get; init; } = "";

    public string Parameters { get; init; } = "";

    public bool IsAsync { get; init; }

    /// <summary>A function that is called once per element, such as the argument of forEach.</summary>
    public bool IsIteration { get; init; }

    public Block? Parent { get; set; }

    public bool Contains(int position) => position >= BodyStart && position < BodyEnd;

    public IEnumerable<Block> SelfAndParents()
    {
        for (var block = this; block is not null; block = block.Parent)
        {
            yield return block;
        }
    }
}
