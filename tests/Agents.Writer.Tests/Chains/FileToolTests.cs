namespace Agents.Writer.Tests.Chains;

public sealed class FileToolTests : IDisposable
{
    private readonly ChainFixture _chain = new();

    public void Dispose() => _chain.Dispose();

    [Fact]
    public async Task Read_Range_GivesTheseLines()
    {
        _chain.Write("a.txt", "1\n2\n3\n4\n");

        var output = (await _chain.OneAsync("fs.read", """{"path": "a.txt", "start_line": 2, "end_line": 3}""")).Output!;

        output["text"]!.GetValue<string>().ShouldBe("2\n3");
        output["lines"]!.GetValue<int>().ShouldBe(4);
        output["truncated"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task Read_MoreThanTheLimit_IsCutBetweenCharacters()
    {
        _chain.Write("a.txt", "ab😀cd");

        var output = (await _chain.OneAsync("fs.read", """{"path": "a.txt", "max_chars": 3}""")).Output!;

        output["text"]!.GetValue<string>().ShouldBe("ab");
        output["truncated"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Theory]
    [InlineData("../outside/secret.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/../../x")]
    [InlineData("link.txt")]
    [InlineData("linked/secret.txt")]
    public async Task Read_OutOfTheWorkspace_IsRefused(string path)
    {
        _chain.Write("sub/x.txt", "");
        File.CreateSymbolicLink(Path.Combine(_chain.Root, "link.txt"), Path.Combine(_chain.Outside, "secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(_chain.Root, "linked"), _chain.Outside);

        var step = await _chain.OneAsync("fs.read", $$"""{"path": "{{path.Replace("outside", Path.GetFileName(_chain.Outside), StringComparison.Ordinal)}}"}""");

        step.Ok.ShouldBeFalse();
        step.Error!.Code.ShouldBe("INVALID_INPUT");
        step.Output.ShouldBeNull();
    }

    [Fact]
    public async Task Search_Links_AreNotFollowed()
    {
        _chain.Write("a.txt", "secret too");
        Directory.CreateSymbolicLink(Path.Combine(_chain.Root, "linked"), _chain.Outside);

        var output = (await _chain.OneAsync("fs.search", """{"query": "secret"}""")).Output!;

        output["matches"]!.AsArray().ShouldHaveSingleItem()!["file"]!.GetValue<string>().ShouldBe("a.txt");
    }

    [Fact]
    public async Task Search_Regex_GivesLineAndColumn()
    {
        _chain.Write("src/a.cs", "x\n  Var y = 1;\n");
        _chain.Write("b.md", "var z");

        var output = (await _chain.OneAsync("fs.search", """{"query": "v[a-z]r\\s", "regex": true, "ignore_case": true, "include": ["*.cs"]}""")).Output!;

        output.ToJsonString().ShouldBe("""{"matches":[{"file":"src/a.cs","line":2,"column":3,"text":"  Var y = 1;"}],"files_searched":1,"files_unreadable":0,"files_withheld":0,"truncated":false}""");
    }

    [Theory]
    [InlineData("""{"query": "(", "regex": true}""", "args.query: '(' is not a regular expression")]
    [InlineData("""{"query": ""}""", "args.query: it is required")]
    [InlineData("""{"query": "x", "max": 0}""", "args.max: '0' must be a whole number from 1 to 5000")]
    [InlineData("""{"query": "x", "include": "*.cs"}""", "args.include: '\"*.cs\"' must be a list of texts")]
    [InlineData("""{"query": "x", "path": "nope"}""", "'nope' does not exist")]
    public async Task Search_BadArguments_NameFieldValueAndRule(string args, string message)
    {
        var step = await _chain.OneAsync("fs.search", args);

        step.Error!.Code.ShouldBe("INVALID_INPUT");
        step.Error.Message.ShouldContain(message);
    }

    [Fact]
    public async Task List_MoreThanTheLimit_SaysTruncated()
    {
        for (var i = 0; i < 5; i++)
            _chain.Write($"d/{i}.txt", "x");
        _chain.Write("e.txt", "x");

        var output = (await _chain.OneAsync("fs.list", """{"path": "d", "max": 3}""")).Output!;

        output["entries"]!.AsArray().Select(entry => entry!["path"]!.GetValue<string>()).ShouldBe(["d/0.txt", "d/1.txt", "d/2.txt"]);
        output["truncated"]!.GetValue<bool>().ShouldBeTrue();
    }
}
