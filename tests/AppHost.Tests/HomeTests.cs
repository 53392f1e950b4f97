namespace AppHost.Tests;

public sealed class HomeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("home-").FullName;

    [Fact]
    public void Claim_FolderIsTaken_NamesTheOwner()
    {
        using var first = Home.Claim(_folder, besideAnother: false);

        var error = Should.Throw<SetupException>(() => Home.Claim(_folder, besideAnother: false));

        error.Message.ShouldContain($"process {Environment.ProcessId}");
        error.Message.ShouldContain(_folder);
    }

    [Fact]
    public void Claim_BesideAnother_HasFoldersOfItsOwn()
    {
        using var first = Home.Claim(_folder, besideAnother: true);
        using var second = Home.Claim(_folder, besideAnother: true);
        using var third = Home.Claim(_folder, besideAnother: true);

        string[] data = [first.Data, second.Data, third.Data];
        data.Distinct().Count().ShouldBe(3);
        data.ShouldAllBe(folder => Directory.Exists(folder));
    }

    [Fact]
    public void Claim_AfterDispose_GivesTheSameFolders()
    {
        string data;
        using (var first = Home.Claim(_folder, besideAnother: false))
            data = first.Data;

        using var second = Home.Claim(_folder, besideAnother: false);
        second.Data.ShouldBe(data);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
