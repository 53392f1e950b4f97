using Agents.Hosting;
using Agents.Models.Settings;
using Agents.Testing;

namespace Agents.Models.Tests;

public sealed class SettingsTests
{
    [Fact]
    public void Settings_None_GiveNoModel()
    {
        var models = AgentModels.Read(ModelTest.Settings());

        models.For("planner", new TestTaskContext().Context).ShouldBeNull();
        AgentModels.None.For("planner", new TestTaskContext().Context).ShouldBeNull();
    }

    [Theory]
    [InlineData("planner", ProviderKind.OpenAI, "gpt-large")]
    [InlineData("researcher", ProviderKind.Compatible, "org/small:8b")]
    [InlineData("writer", ProviderKind.None, "main")]
    [InlineData("reviewer", ProviderKind.Azure, "main")]
    internal void Roles_EachHaveTheirOwn(string role, ProviderKind provider, string model)
    {
        var options = ModelOptions.Read(ModelTest.Settings(
            ("Models:Provider", "azure"), ("Models:Model", "main"), ("Models:Roles:planner", "openai/gpt-large"), ("Models:Roles:Researcher", "compatible/org/small:8b"), ("Models:Roles:writer", "none")));

        (options.For(role).Provider, options.For(role).Model).ShouldBe((provider, model));
    }

    [Theory]
    [InlineData("Models:Provider", "openapi", "is one of none, openai, azure, compatible")]
    [InlineData("Models:Roles:planner", "gpt-5", "is one of none, openai, azure, compatible")]
    [InlineData("Models:Compatible:Endpoint", "localhost:11434", "is an absolute http or https URL")]
    [InlineData("Models:CallSeconds", "-1", "is a number of seconds above 0")]
    [InlineData("Models:Attempts", "many", "is a whole number from 1 to 20")]
    [InlineData("Models:Prices:0:Input", "cheap", "names a model")]
    [InlineData("Models:Modell", "x", "is not a setting; known are Models:Provider")]
    [InlineData("Models:OpenAI:Key", "x", "is not a setting; known are Models:OpenAI:Endpoint, Models:OpenAI:ApiKey")]
    public void Setting_Wrong_IsRefusedByName(string name, string value, string rule)
    {
        var refusal = Should.Throw<AgentDefinitionException>(() => AgentModels.Read(ModelTest.Settings((name, value))));

        refusal.Message.ShouldContain(name.Replace(":Input", ":Model", StringComparison.Ordinal));
        refusal.Message.ShouldContain(rule);
    }

    [Fact]
    public void Price_NotANumber_IsRefusedByName() =>
        Should.Throw<AgentDefinitionException>(() => AgentModels.Read(ModelTest.Settings(("Models:Prices:0:Model", "m"), ("Models:Prices:0:Output", "cheap"))))
            .Message.ShouldBe("Models:Prices:0:Output is \"cheap\"; it is a price for a million tokens, from 0 to 1000000.");
}
