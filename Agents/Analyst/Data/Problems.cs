namespace Agents.Analyst.Data;

/// <summary>Counts what is wrong, and keeps the first of it.</summary>
internal sealed class Problems
{
    private const int Kept = 20;
    private readonly List<MalformedRow> _examples = [];

    public long Count { get; private set; }

    public void Add(long line, string reason)
    {
        Count++;
        if (_examples.Count < Kept)
            _examples.Add(new MalformedRow(line, reason));
    }

    public MalformedRows Tell() => new(Count, [.. _examples]);
}
