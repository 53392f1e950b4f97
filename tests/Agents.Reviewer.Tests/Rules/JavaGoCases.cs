namespace Agents.Reviewer.Tests.Rules;

/// <summary>Java and Go.</summary>
internal static class JavaGoCases
{
    public static IReadOnlyList<RuleCase> All { get; } =
    [
        .. new RuleCase.Table("src/App.java")
            .Bad("java-sql-injection", "class A { void f(String id) { s.executeQuery(\"select * from t where id=\" + id); } }", "q = em.createQuery(String.format(\"select u from U u where u.n='%s'\", name));")
            .Good("java-sql-injection", "s.prepareStatement(\"select * from t where id=?\");", "s.executeQuery(\"select * from \" + TABLE);", "pool.execute(\"job \" + id);", "// s.executeQuery(\"select \" + id)\n")
            .Bad("java-command-injection", "Runtime.getRuntime().exec(\"ping \" + host);", "new ProcessBuilder(\"sh\", \"-c\", \"ls \" + dir).start();")
            .Good("java-command-injection", "new ProcessBuilder(\"ping\", host).start();", "Runtime.getRuntime().exec(\"ls\");")
            .Bad("java-weak-hash", "MessageDigest.getInstance(\"MD5\");", "MessageDigest.getInstance(\"SHA-1\");")
            .Good("java-weak-hash", "MessageDigest.getInstance(\"SHA-256\");")
            .Bad("java-unsafe-deserialization", "Object o = new ObjectInputStream(in).readObject();")
            .Good("java-unsafe-deserialization", "var s = new ObjectInputStream(in);\ns.setObjectInputFilter(filter);\n")
            .Bad("java-empty-catch", "try { f(); } catch (IOException e) { }")
            .Good("java-empty-catch", "try { f(); } catch (IOException e) { log(e); }", "try { f(); } catch (IOException e) { /* closed already */ }", "try { f(); } catch (IOException ignored) { }",
                "try {\n  this.in.close();\n} catch (IOException e) {\n}", "try { s.close(); } catch (InterruptedIOException e) { stop(); } catch (IOException e) { }")
            .Bad("java-text-identity", "if (name == \"root\") { }", "if (name != \"\" && x) { }")
            .Good("java-text-identity", "if (\"root\".equals(name)) { }", "if (name == null) { }", "String s = \"a == b\";")
            .Cases,
        .. new RuleCase.Table("cmd/main.go")
            .Bad("go-sql-injection", "rows, err := db.Query(\"select * from t where id=\" + id)", "db.ExecContext(ctx, fmt.Sprintf(\"delete from t where n='%s'\", n))")
            .Good("go-sql-injection", "db.Query(\"select * from t where id=?\", id)", "cmd.Exec(\"run \" + name)")
            .Bad("go-command-injection", "exec.Command(\"sh\", \"-c\", \"ls \"+dir).Run()", "exec.CommandContext(ctx, \"/bin/bash\", \"-c\", fmt.Sprintf(\"du %s\", p))")
            .Good("go-command-injection", "exec.Command(\"ls\", \"-l\", \"/x/\"+dir).Run()", "exec.Command(\"sh\", \"-c\", \"ls\")")
            .Bad("go-certificate-check-off", "c := &tls.Config{InsecureSkipVerify: true}", "c.InsecureSkipVerify = true")
            .Good("go-certificate-check-off", "c := &tls.Config{InsecureSkipVerify: false}", "// InsecureSkipVerify: true\n")
            .Bad("go-weak-hash", "h := md5.New()", "s := sha1.Sum(b)")
            .Good("go-weak-hash", "h := sha256.New()", "x := other.md5.New()")
            .Bad("go-insecure-random", "import \"math/rand\"\nfunc f() { token := rand.Intn(1000000) }")
            .Good("go-insecure-random", "import \"math/rand\"\nfunc f() { index := rand.Intn(10) }", "import (\n\"crypto/rand\"\n// not math/rand\n)\nfunc f() { token := rand.Int(r, n) }")
            .Bad("go-defer-in-loop", "func f() {\n\tfor _, p := range paths {\n\t\tx, _ := os.Open(p)\n\t\tdefer x.Close()\n\t}\n}")
            .Good("go-defer-in-loop", "func f() {\n\tdefer a()\n\tfor _, p := range paths {\n\t\tg(p)\n\t}\n}", "func f() {\n\tfor _, p := range paths {\n\t\tfunc() {\n\t\t\tdefer x()\n\t\t}()\n\t}\n}")
            .Cases,
    ];
}
