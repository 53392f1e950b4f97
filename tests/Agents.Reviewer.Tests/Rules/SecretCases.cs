namespace Agents.Reviewer.Tests.Rules;

// The texts are put together here, so that no scanner takes this file for a leak.
internal static class SecretCases
{
    public static IReadOnlyList<RuleCase> All { get; } = new RuleCase.Table("config/settings.json")
        .Bad("secret-private-key", "-----BEGIN RSA PRIVATE" + " KEY-----\nMIIEowIBAAKCAQEAx0Lq8Zc1bQmYtE5V9sQ3k2b7w\n-----END RSA PRIVATE" + " KEY-----\n")
        .Good("secret-private-key", "-----BEGIN PUBLIC" + " KEY-----\nMIIEowIBAAKCAQEAx0Lq8Zc1bQmYtE5V9sQ3k2b7w\n", "the line -----BEGIN RSA PRIVATE" + " KEY----- begins a key\n")
        .Bad("secret-provider-token", "{\"key\": \"AKIA" + "Q7W2E9R4T6Y8U1I3\"}", "token: ghp" + "_Zk3mQ8vT1xW5yB7nD2fG4hJ6kL9pR0sU3aXc")
        .Good("secret-provider-token", "{\"key\": \"AKIA" + "IOSFODNN7EXAMPLE\"}", "AKIA is how such keys begin")
        .Bad("secret-hardcoded-password", "{\"db_password\": \"q9X!" + "vT2#mLz7\"}", "api_key = 'b7f3e9a1" + "c5d8402e96fa'")
        .Good("secret-hardcoded-password",
            "{\"password\": \"your-password-here1\"}",
            "password = os.environ['DB_PASSWORD1']",
            "{\"password\": \"${DB_PASSWORD_1}\"}",
            "{\"password_field\": \"login.form.field1\"}")
        .Bad("secret-in-connection-string", "postgres://app:q9XvT2" + "mLz7@db.internal.net/app", "Server=db1;Database=a;User Id=sa;Password=q9XvT2" + "mLz7;")
        .Good("secret-in-connection-string", "postgres://user:password@localhost/app", "redis://host:6379/0", "Server=db1;Password=${PASSWORD};")
        .Cases;
}
