using Microsoft.Extensions.Options;

namespace Orchestrator.Access;

/// <summary>Refuses settings that contradict each other, and addresses that the configuration opens, before anything starts.</summary>
internal sealed class AccessOptionsValidator(IConfiguration configuration) : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        if (options.Mode == "keys" && options.Anonymous is not null)
            return ValidateOptionsResult.Fail("Access:Mode is 'keys' and Access:Anonymous is set; one of them must go.");
        try
        {
            foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
            {
                if (endpoint["Url"] is { Length: > 0 } url)
                    OpenDoor.Check(options, url, OpenDoor.IsHere(BindingAddress.Parse(url)));
            }

            return ValidateOptionsResult.Success;
        }
        catch (OptionsValidationException e)
        {
            return ValidateOptionsResult.Fail(e.Message);
        }
        catch (FormatException)
        {
            return ValidateOptionsResult.Success; // the server says what is wrong with it
        }
    }
}
