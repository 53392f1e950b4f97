namespace AppHost.Tests;

/// <summary>What is wrong is said before anything starts.</summary>
public class RefusalTests
{
    [Theory]
    [InlineData("Required argument missing", "run")]
    [InlineData("REQUEST is empty", "run", "")]
    [InlineData("REQUEST is empty", "run", "  ")]
    [InlineData("--workspace /no/such/folder: there is no such folder", "run", "x", "--workspace", "/no/such/folder")]
    [InlineData("--workspace /etc/passwd: this is a file, not a folder", "run", "x", "--workspace", "/etc/passwd")]
    [InlineData("--input novalue is not KEY=VALUE", "run", "x", "--input", "a=b", "--input", "novalue")]
    [InlineData("'files' not recognized", "run", "x", "--store", "files")]
    [InlineData("--http-port is a number from 1 to 65535", "--http-port", "65536")]
    [InlineData("--instances is a number from 1 to 16", "--instances", "0")]
    [InlineData("'--loud'", "run", "x", "--loud")]
    public async Task Main_BadUsage_SaysTheRuleAndEndsWith2(string said, params string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("apphost-").FullName;
        var (code, output, errors) = await AppHostProcess.RunAsync(args, folder);

        code.ShouldBe(2);
        errors.ShouldContain(said);
        output.ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty();
        Directory.Delete(folder);
    }

    [Fact]
    public async Task Main_LongRequest_IsRefused()
    {
        var (code, _, errors) = await AppHostProcess.RunAsync(["run", new string('x', 70_000)]);

        code.ShouldBe(2);
        errors.ShouldContain("REQUEST is longer than 65536 bytes");
    }

    [Fact]
    public async Task Main_RedisIsAskedForAndNotThere_IsRefused()
    {
        var (code, _, errors) = await AppHostProcess.RunAsync(["run", "x", "--store", "redis"], path: "/no/such/folder");

        code.ShouldBe(2);
        errors.ShouldContain("there is no redis-server on PATH, and no container engine (docker or podman) answers");
    }

    [Fact]
    public async Task Main_Help_ListsTheOptions()
    {
        var (code, output, _) = await AppHostProcess.RunAsync(["run", "--help"]);

        code.ShouldBe(0);
        foreach (var option in (string[])["REQUEST", "--playbook", "--workspace", "--input", "--out", "--store", "--http-port", "--grpc-port", "--data"])
            output.ShouldContain(option);
    }
}
