namespace Agents.Reviewer.Tests.Rules;

/// <summary>Shell scripts, Dockerfiles and YAML.</summary>
internal static class OperationsCases
{
    public static IReadOnlyList<RuleCase> All { get; } =
    [
        .. new RuleCase.Table("deploy/install.sh")
            .Bad("sh-download-to-shell", "curl -fsSL https://get.example.org/install.sh | sudo bash\n", "wget -qO- https://example.org/i | sh")
            .Good("sh-download-to-shell", "# curl https://example.org | sh\n", "curl -fsSLo i.sh https://example.org/i\nsha256sum -c i.sum\nsh i.sh\n", "curl https://example.org | jq .sha\n")
            .Bad("sh-certificate-check-off", "curl -sk https://internal/x\n", "wget --no-check-certificate https://x\n", "git config --global http.sslVerify false\n")
            .Good("sh-certificate-check-off", "curl --cacert ca.pem https://internal/x\n", "curl -o kit https://x/k\n")
            .Bad("sh-eval-value", "eval \"$NAME='$VALUE'\"\n", "eval \"$@\"\n", "if true; then eval $1; fi\n")
            .Good("sh-eval-value", "eval set -- \"$TEMP\"\n", "eval \"${cmd}\" && return 0\n", "eval \"$(ssh-agent -s)\"\n", "\"${command[@]}\"\n", "# eval $1\n", "echo evaluate $1\n")
            .Bad("sh-remove-unset", "rm -rf $BUILD/\n", "rm -rf \"${HOME_DIR}\"/*\n", "D=$1\nrm -rf $D/usr/lib\n", "D=$(find_it)\nrm -r -f -- $D/*\n", "if true; then\n  D=build\nfi\nrm -rf $D/etc\n")
            .Good("sh-remove-unset", "set -euo pipefail\nrm -rf \"$BUILD/out\"\n", "rm -rf \"${BUILD:?}/out\"\n", "rm -rf \"${PWD}/out\"\n", "rm -rf /tmp/x\n", "DIR=\"build\"\nrm -rf $DIR/*\n", "rm -rf \"$DATA/version-2\"\n", "rm -f -- \"$ROOT\"/etc/x.conf\n", "set -e\nD=$(mktemp -d)\nrm -rf \"$D/\"*\n")
            .Bad("sh-world-writable", "chmod 777 /srv/data\n", "chmod -R a+w logs \n", "chmod o+w x \n")
            .Good("sh-world-writable", "chmod 755 run.sh\n", "chmod +x run.sh\n", "chmod 640 x\n")
            .Bad("sh-temporary-name", "echo x > /tmp/state.$$\n", "date >/tmp/last\n")
            .Good("sh-temporary-name", "file=$(mktemp)\necho x > \"$file\"\n", "cat /tmp/last\n")
            .Cases,
        .. new RuleCase.Table("Dockerfile")
            .Bad("docker-remote-add", "FROM a:1\nADD https://example.org/tool.tar.gz /opt/\n")
            .Good("docker-remote-add", "FROM a:1\nADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.org/t /opt/\n", "ADD files.tar /opt/\n")
            .Bad("docker-secret-value", "ENV DB_PASSWORD=hunter22\n", "ARG API_TOKEN abcd1234\n")
            .Good("docker-secret-value", "ARG API_TOKEN\n", "ENV DB_PASSWORD=$DB_PASSWORD\n", "ENV DB_PASSWORD_FILE=/run/secrets/db\n", "ENV DB_PASSWORD=changeme\n")
            .Bad("docker-download-to-shell", "RUN curl -sL https://deb.example.org/setup | bash -\n")
            .Good("docker-download-to-shell", "RUN curl -sLo s https://x && sha256sum -c s.sum && sh s\n")
            .Bad("docker-floating-base", "FROM node\n", "FROM registry:5000/team/app:latest AS run\n")
            .Good("docker-floating-base", "FROM node:22.1\n", "FROM node:22 AS build\nFROM build\n", "FROM scratch\n", "FROM node@sha256:24454f830cdb\n", "ARG BASE\nFROM $BASE\n")
            .Cases,
        .. new RuleCase.Table("deploy/app.yaml")
            .Bad("yaml-privileged-container", "securityContext:\n  privileged: true\n")
            .Good("yaml-privileged-container", "securityContext:\n  privileged: false\n", "# privileged: true\n")
            .Bad("yaml-host-namespace", "spec:\n  hostNetwork: true\n", "services:\n  a:\n    network_mode: host\n", "    pid: \"host\"\n")
            .Good("yaml-host-namespace", "spec:\n  hostNetwork: false\n", "network_mode: bridge\n", "host: localhost\n")
            .Bad("yaml-docker-socket", "volumes:\n  - /var/run/docker.sock:/var/run/docker.sock\n", "hostPath:\n  path: /run/docker.sock\n")
            .Good("yaml-docker-socket", "volumes:\n  - ./data:/data\n", "# - /var/run/docker.sock:/x\n")
            .Cases,
        .. new RuleCase.Table(".github/workflows/ci.yml")
            .Bad("yaml-workflow-injection", "    - run: echo \"${{ github.event.issue.title }}\"\n", "      run: |\n        git checkout ${{ github.head_ref }}\n")
            .Good("yaml-workflow-injection", "      env:\n        TITLE: ${{ github.event.issue.title }}\n", "    - run: echo ${{ github.sha }}\n", "      if: ${{ github.head_ref == 'x' }}\n")
            .Cases,
    ];
}
