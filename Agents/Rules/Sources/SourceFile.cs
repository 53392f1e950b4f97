namespace Agents.Rules.Sources;

/// <summary>A source file as rules see it. What costs time is made when a rule first asks.</summary>
internal sealed class SourceFile
{
    private readonly Lazy<Lexed> _lexed;
    private readonly Lazy<Brackets> _brackets;
    private readonly Lazy<IReadOnlyList<PythonLine>> _pythonLines;
    private readonly Lazy<Structure> _structure;
    private readonly Lazy<CSharpSource> _csharp;

    public SourceFile(string path, string text, Languages? language = null)
    {
        Path = path;
        Text = text;
        Language = language ?? FileKinds.LanguageOf(path);
        IsTest = FileKinds.IsTest(path);
        Lines = new LineMap(text);
        _lexed = new(() => Language switch
        {
            // Comments, strings and brackets of Java and Go are those of JavaScript.
            Languages.JavaScript or Languages.TypeScript or Languages.Java or Languages.Go => JavaScriptLexer.Lex(text),
            Languages.Python => PythonLexer.Lex(text),
            _ => new Lexed(text, []),
        });
        _brackets = new(() => new Brackets(Code));
        _pythonLines = new(() => Language == Languages.Python ? PythonStructure.Lines(Code) : []);
        _structure = new(() => new Structure(Language switch
        {
            Languages.JavaScript or Languages.TypeScript => new JavaScriptStructure(Code, Brackets).Blocks(),
            Languages.Python => PythonStructure.Blocks(Code, PythonLines),
            _ => [],
        }));
        _csharp = new(() => new CSharpSource(text, path));
    }

    public string Path { get; }

    public string Text { get; }

    public Languages Language { get; }

    public bool IsTest { get; }

    public LineMap Lines { get; }

    /// <summary>The text with comments and the insides of literals blanked, position for position.</summary>
    public string Code => _lexed.Value.Code;

    /// <summary>Comments and literals, by position.</summary>
    public IReadOnlyList<Region> Regions => _lexed.Value.Regions;

    public Brackets Brackets => _brackets.Value;

    public IReadOnlyList<PythonLine> PythonLines => _pythonLines.Value;

    public Structure Structure => _structure.Value;

    public CSharpSource CSharp => _csharp.Value;

    /// <summary>The literal that covers the position, or null.</summary>
    public Region? LiteralAt(int position)
    {
        int low = 0, high = Regions.Count - 1;
        Region? found = null;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var region = Regions[middle];
            if (region.Start <= position)
            {
                found = region.Kind != RegionKind.Comment && position < region.End ? region : found;
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return found;
    }

    /// <summary>The literal that begins at the position, or null.</summary>
    public Region? LiteralFrom(int position) => LiteralAt(position) is { } literal && literal.Start == position ? literal : null;

    /// <summary>True when a comment stands between the two positions.</summary>
    public bool HasComment(int start, int end) =>
        Regions.Any(r => r.Kind == RegionKind.Comment && r.Start < end && r.End > start);
}
