using Google.Protobuf.WellKnownTypes;
using Orchestrator.Planning.Yaml;

namespace Orchestrator.Tests.Planning;

public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("a: &x 1\nb: *x", 1, "anchors")]
    [InlineData("a: *x", 1, "alias")]
    [InlineData("a: !!python/object:os.system x", 1, "tags")]
    [InlineData("a: 1\nb: 2\na: 3", 3, "'a' stands here twice; the first is in line 1")]
    [InlineData("a: 1\n---\nb: 2", 2, "second document")]
    [InlineData("", 1, "empty")]
    [InlineData("a: [1, 2", 1, "not YAML")]
    [InlineData("a:\n\t- 1", 1, "not YAML")]
    [InlineData("? [a, b]\n: 1", 1, "name must be text")]
    public void Read_BadFile_TellsLineAndReason(string text, int line, string reason)
    {
        var error = Should.Throw<YamlSyntaxException>(() => YamlReader.Read(text));
        error.Message.ShouldContain(reason, Case.Insensitive);
        error.Line.ShouldBe(line);
        error.Column.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Read_DeeperThanAllowed_Refuses() =>
        Should.Throw<YamlSyntaxException>(() => YamlReader.Read(new string('[', 5000) + new string(']', 5000)))
            .Message.ShouldContain($"deeper than {YamlReader.MaxDepth}");

    [Fact]
    public void Read_MoreValuesThanAllowed_Refuses() =>
        Should.Throw<YamlSyntaxException>(() => YamlReader.Read($"[{string.Join(",", Enumerable.Repeat("1", YamlReader.MaxNodes))}]"))
            .Message.ShouldContain($"more than {YamlReader.MaxNodes}");

    [Fact]
    public void Read_LongerThanAllowed_Refuses() =>
        Should.Throw<YamlSyntaxException>(() => YamlReader.Read("a: " + new string('x', YamlReader.MaxLength)))
            .Message.ShouldContain($"{YamlReader.MaxLength}");

    [Theory]
    [InlineData("true", Value.KindOneofCase.BoolValue)]
    [InlineData("yes", Value.KindOneofCase.StringValue)]
    [InlineData("'true'", Value.KindOneofCase.StringValue)]
    [InlineData("12", Value.KindOneofCase.NumberValue)]
    [InlineData("-1.5e3", Value.KindOneofCase.NumberValue)]
    [InlineData("1.2.3", Value.KindOneofCase.StringValue)]
    [InlineData(".inf", Value.KindOneofCase.StringValue)]
    [InlineData("\"12\"", Value.KindOneofCase.StringValue)]
    [InlineData("2026-01-01", Value.KindOneofCase.StringValue)]
    [InlineData("~", Value.KindOneofCase.NullValue)]
    [InlineData("", Value.KindOneofCase.NullValue)]
    [InlineData("${inputs.x}", Value.KindOneofCase.StringValue)]
    public void Read_Scalar_MeansWhatYaml12Says(string text, Value.KindOneofCase kind) =>
        YamlReader.Read($"a: {text}").ShouldBeOfType<YamlMap>()["a"]!.ToValue().KindCase.ShouldBe(kind);

    [Fact]
    public void Read_Places_CountFromOne()
    {
        var inner = YamlReader.Read("a:\n  b: x").ShouldBeOfType<YamlMap>()["a"].ShouldBeOfType<YamlMap>();
        (inner["b"]!.Line, inner["b"]!.Column).ShouldBe((2, 6));
    }
}
