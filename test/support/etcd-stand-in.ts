/** An HTTP server in the host's own Perl. It answers with a list of members, or says that it is healthy. */
const server = String.raw`
use IO::Socket::INET;
my ($port) = @ARGV;
my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, Listen => 50, ReuseAddr => 1) or die;
while (my $client = $server->accept) {
  my ($head, $length) = ("", 0);
  while (defined(my $line = <$client>)) {
    $head .= $line;
    $length = $1 if $line =~ /^content-length: (\d+)/i;
    last if $line eq "\r\n";
  }
  read $client, my $body, $length if $length;
  my $answer = qq({"health":"true"});
  if ($head =~ m(^POST /v3/cluster/member/list )) {
    open my $members, "<", "/root/etcd-members.json" or die;
    $answer = join "", <$members>;
  }
  print $client "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n$answer";
  close $client;
}
`

type Run = (script: string) => Promise<unknown>

/** A member, and the client URL at which planewright asks it. */
export interface MemberName {
  readonly name: string
  readonly url: string
}

/** Changes the members that an etcd of {@link serveEtcd} lists. */
export async function listMembers(run: Run, members: readonly MemberName[]): Promise<void> {
  const listed = members.map(({ name, url }) => ({ name, clientURLs: [url] }))
  const encoded = Buffer.from(JSON.stringify({ members: listed })).toString('base64')
  // A rename, so that the server never reads half a file.
  await run(`printf %s ${encoded} | base64 -d >/root/.new; mv /root/.new /root/etcd-members.json`)
}

/** Starts a server on a host that answers as an etcd with these members, until the host is removed. */
export async function serveEtcd(run: Run, port: number, members: readonly MemberName[]): Promise<void> {
  await listMembers(run, members)
  const encoded = Buffer.from(server).toString('base64')
  await run(`
    printf %s ${encoded} | base64 -d >/root/etcd.pl
    setsid perl /root/etcd.pl ${port} >/dev/null 2>&1 </dev/null &
    until perl -MIO::Socket::INET -e 'IO::Socket::INET->new(PeerAddr => "127.0.0.1:${port}") or exit 1'; do sleep 0.05; done`)
}
