namespace Agents.Rules.Sources;

/// <summary>The blocks of a file, nested.</summary>
internal sealed class Structure
{
    private readonly List<Block> _blocks;

    public Structure(IEnumerable<Block> blocks)
    {
        _blocks = [.. blocks.OrderBy(b => b.BodyStart).ThenByDescending(b => b.BodyEnd)];
        var open = new Stack<Block>();
        foreach (var block in _blocks)
        {
            while (open.Count > 0 && open.Peek().BodyEnd <= block.BodyStart)
            {
                open.Pop();
            }

            block.Parent = open.Count > 0 ? open.Peek() : null;
            open.Push(block);
        }
    }

    public IReadOnlyList<Block> Blocks => _blocks;

    /// <summary>The innermost block whose body holds the position.</summary>
    public Block? At(int position)
    {
        int low = 0, high = _blocks.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_blocks[middle].BodyStart <= position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        var block = high >= 0 ? _blocks[high] : null;
        while (block is not null && !block.Contains(position))
        {
            block = block.Parent;
        }

        return block;
    }

    public Block? FunctionAt(int position) =>
        At(position)?.SelfAndParents().FirstOrDefault(b => b.Kind == BlockKind.Function);

    /// <summary>The loop that runs the position again and again within its function, or null.</summary>
    public Block? LoopAt(int position)
    {
        foreach (var block in At(position)?.SelfAndParents() ?? [])
        {
            if (block.Kind == BlockKind.Loop || block.IsIteration)
            {
                return block;
            }

            if (block.Kind is BlockKind.Function or BlockKind.Class)
            {
                return null;
            }
        }

        return null;
    }

    public bool Inside(int position, BlockKind kind) =>
        At(position)?.SelfAndParents().TakeWhile(b => b.Kind != BlockKind.Function).Any(b => b.Kind == kind) ?? false;
}
