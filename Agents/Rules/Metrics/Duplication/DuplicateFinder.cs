using System.Collections;
using Agents.Workspaces;

namespace Agents.Rules.Metrics.Duplication;

/// <summary>
/// Finds stretches of code that stand elsewhere too, token by token: layout and comments do not matter, names and values do.
/// Each window of tokens is looked up among the windows before it; a hit is verified and widened as far as it goes.
/// </summary>
internal sealed class DuplicateFinder(int mostTokens = DuplicateFinder.MostTokens)
{
    /// <summary>Tokens that a block has at least.</summary>
    public const int LeastTokens = 50;

    /// <summary>Lines that a block has at least, in each of its places.</summary>
    public const int LeastLines = 6;

    /// <summary>Tokens that are kept; what comes after them is not compared.</summary>
    public const int MostTokens = 6_000_000;

    private const int LeastKinds = 12; // tables of zeros are no copies
    private const int Every = 8;
    private const ulong Factor = 1_099_511_628_211;
    private static readonly ulong s_leaving = Power(Factor, LeastTokens - 1);

    private readonly List<int> _hashes = [];
    private readonly List<int> _lines = [];
    private readonly List<(string File, int Start)> _files = [];
    private readonly Dictionary<ulong, int> _seen = [];
    private readonly Dictionary<(int Start, int Length), List<int>> _blocks = [];
    private readonly Dictionary<(int Start, int Length), int> _copyOf = [];

    /// <summary>Files that were not compared because there were too many tokens before them.</summary>
    public int NotCompared { get; private set; }

    public void Add(TextFile file, Language language)
    {
        if (_hashes.Count >= mostTokens)
        {
            NotCompared++;
            return;
        }

        var tokens = SourceTokens.Of(file, language);
        var start = _hashes.Count;
        _files.Add((file.Path, start));
        _hashes.AddRange(tokens.Hashes);
        _lines.AddRange(tokens.Lines);
        Look(start);
    }

    public DuplicationMetrics Finish(int top)
    {
        var copied = new BitArray(_hashes.Count);
        foreach (var ((start, length), copies) in _blocks)
        {
            foreach (var at in copies.Append(start))
            {
                for (var i = at; i < at + length; i++)
                    copied[i] = true;
            }
        }

        var (lines, duplicated) = (0, 0);
        for (int file = 0, i = 0; file < _files.Count; file++)
        {
            var (line, last) = (0, 0);
            for (var end = End(file); i < end; i++)
            {
                if (_lines[i] != line)
                    lines++;
                line = _lines[i];
                if (copied[i] && line != last)
                    (duplicated, last) = (duplicated + 1, line);
            }
        }

        var blocks = _blocks.Select(pair => Block(pair.Key.Start, pair.Key.Length, pair.Value))
            .OrderByDescending(block => block.Tokens * (block.Places.Count - 1)).ThenBy(block => block.Places[0].File, StringComparer.Ordinal).ThenBy(block => block.Places[0].StartLine)
            .Take(top).ToList();
        return new DuplicationMetrics(lines == 0 ? 0 : Math.Round(100.0 * duplicated / lines, 1), duplicated, lines, _blocks.Count, blocks);
    }

    private void Look(int start)
    {
        var free = start;
        ulong hash = 0;
        for (var end = start + 1; end <= _hashes.Count; end++)
        {
            var at = end - LeastTokens;
            if (at > start)
                hash -= Mixed(at - 1) * s_leaving;
            hash = hash * Factor + Mixed(end - 1);
            if (at < start)
                continue;
            if (at >= free && _seen.TryGetValue(hash, out var before) && before + LeastTokens <= at && Widen(before, at, start, free) is { } next)
                free = next;
            if ((at - start) % Every == 0 && at + LeastTokens > free)
                _seen.TryAdd(hash, at);
        }
    }

    /// <summary>Where the copy ends; null if it is none, or too small.</summary>
    private int? Widen(int before, int at, int start, int free)
    {
        var index = FileIndex(before);
        var begin = _files[index].Start;
        var limit = begin == start ? at : End(index);
        var (length, back) = (0, 0);
        while (at + length < _hashes.Count && before + length < limit && _hashes[before + length] == _hashes[at + length])
            length++;
        while (before - back > begin && at - back > free && _hashes[before - back - 1] == _hashes[at - back - 1] && (begin != start || before + length <= at - back - 1))
            back++;
        (before, at, length) = WholeLines(before - back, at - back, length + back);
        if (length < LeastTokens || Lines(before, length) < LeastLines || Lines(at, length) < LeastLines || Enumerable.Range(at, length).Select(i => _hashes[i]).Distinct().Take(LeastKinds).Count() < LeastKinds)
            return null;
        before = _copyOf.GetValueOrDefault((before, length), before);
        if (!_blocks.TryGetValue((before, length), out var copies))
            _blocks[(before, length)] = copies = [];
        copies.Add(at);
        _copyOf[(at, length)] = before;
        return at + length;
    }

    // The end of a line that is otherwise different says nothing.
    private (int Before, int At, int Length) WholeLines(int before, int at, int length)
    {
        while (length > 0 && !(Begins(before) && Begins(at)))
            (before, at, length) = (before + 1, at + 1, length - 1);
        while (length > 0 && !(Begins(before + length) && Begins(at + length)))
            length--;
        return (before, at, length);
    }

    private bool Begins(int at) => at == 0 || at == _hashes.Count || _lines[at] != _lines[at - 1] || _files[FileIndex(at)].Start == at;

    private DuplicateBlock Block(int start, int length, List<int> copies) =>
        new(Lines(start, length), length, [.. copies.Prepend(start).Take(10).Select(at => new DuplicatePlace(FileAt(at), _lines[at], _lines[at + length - 1]))], copies.Count + 1);

    private int Lines(int at, int length) => _lines[at + length - 1] - _lines[at] + 1;

    private string FileAt(int at) => _files[FileIndex(at)].File;

    // The last file that starts there or before; files without tokens share a start.
    private int FileIndex(int at)
    {
        var (low, high) = (0, _files.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _files[middle].Start <= at ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private int End(int file) => file + 1 < _files.Count ? _files[file + 1].Start : _hashes.Count;

    private ulong Mixed(int i) => (uint)_hashes[i] * 0x9E3779B97F4A7C15UL;

    private static ulong Power(ulong of, int times)
    {
        var result = 1UL;
        for (var i = 0; i < times; i++)
            result *= of;
        return result;
    }
}
